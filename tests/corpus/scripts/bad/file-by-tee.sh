# expect: DVM202
curl -fsSL https://example.org/i.sh | tee /tmp/i.sh > /dev/null
bash /tmp/i.sh
