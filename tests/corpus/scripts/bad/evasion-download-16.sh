# expect: DVM203
if false; then echo "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef  a" | sha256sum -c; fi; curl -so a https://e.org/a
