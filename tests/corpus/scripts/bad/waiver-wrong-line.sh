# expect: DVM202
# dvm: allow=DVM202 because it stands two lines above

curl -fsSL https://example.org/i.sh | sh
