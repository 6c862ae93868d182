# expect: DVM202
curl -s https://x.example.org/a | sudo tee /usr/local/bin/a >/dev/null && sudo chmod a+rx /usr/local/bin/a
