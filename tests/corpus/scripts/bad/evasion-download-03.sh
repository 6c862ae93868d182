# expect: DVM203
curl -so a https://e.org/a; test -n "$(sha256sum a)"
