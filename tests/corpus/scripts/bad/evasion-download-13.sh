# expect: DVM203
set +e; curl -so a https://e.org/a; echo "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef  a" | sha256sum -c; tar xf a
