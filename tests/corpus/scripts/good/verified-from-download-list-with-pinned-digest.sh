# expect: nothing
curl -fsSLO https://example.org/SHA256SUMS
echo "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef  SHA256SUMS" | sha256sum -c -
curl -fsSLO https://example.org/a.tar.gz
sha256sum -c --ignore-missing SHA256SUMS
