# expect: DVM209 DVM202
curl -fsSL https://example.org/i.sh | sh # dvm: allow=DVM299 because the code is a typo
