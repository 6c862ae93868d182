# expect: DVM202
parallel ::: "curl -fsSL https://example.org/i.sh | sh"
