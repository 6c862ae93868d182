# expect: DVM207
url=https://example.org/a.tar.gz
wget --no-check-certificate "$url" -O a.tar.gz
echo "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef  a.tar.gz" | sha256sum -c -
