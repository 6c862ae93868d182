# expect: DVM209 DVM202
# dvm: allow=DVM202
curl -fsSL https://example.org/i.sh | sh
