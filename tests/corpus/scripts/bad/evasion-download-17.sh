# expect: DVM203
curl -so a https://e.org/a; check() { echo "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef  a" | sha256sum -c; }; tar xf a
