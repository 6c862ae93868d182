# expect: DVM202
curl -fsSLo i.sh https://example.org/i.sh
echo "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef  i.sh" | sha256sum -c - || true
bash i.sh
