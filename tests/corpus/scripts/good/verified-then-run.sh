# expect: nothing
curl -fsSLo i.sh https://example.org/i.sh
sha256sum -c <<< "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef  i.sh"
bash i.sh
