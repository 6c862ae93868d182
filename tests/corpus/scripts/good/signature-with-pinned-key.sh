# expect: nothing
curl -fsSLO https://example.org/a.tar.gz
curl -fsSLO https://example.org/a.tar.gz.asc
echo "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef  a.tar.gz.asc" | sha256sum -c -
gpg --verify a.tar.gz.asc a.tar.gz
