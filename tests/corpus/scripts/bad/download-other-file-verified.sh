# expect: DVM203
curl -fsSLo a.tar.gz https://example.org/a.tar.gz
curl -fsSLo b.tar.gz https://example.org/b.tar.gz
echo "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef  a.tar.gz" | sha256sum -c -
