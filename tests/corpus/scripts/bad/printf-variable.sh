# expect: DVM202
body="$(curl -fsSL https://example.org/i.sh)"
printf '%s\n' "$body" | bash
