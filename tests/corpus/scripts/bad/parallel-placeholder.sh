# expect: DVM202
parallel "curl -fsSL {} | sh" ::: https://example.org/i.sh
