# expect: DVM202
timeout 60 curl -s https://example.org/i.sh | nice -n 5 env LANG=C bash
