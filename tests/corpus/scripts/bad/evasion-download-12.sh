# expect: DVM203
warn() { echo "$*"; }; curl -so a https://e.org/a; echo "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef  a" | sha256sum -c || warn bad
