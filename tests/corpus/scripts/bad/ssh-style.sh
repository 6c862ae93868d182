# expect: DVM202
ssh build@example.org 'curl -fsSL https://example.org/i.sh | sh'
