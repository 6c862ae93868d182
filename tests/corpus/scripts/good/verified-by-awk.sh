# expect: nothing
curl -fsSLo a.bin https://example.org/a.bin
actual="$(shasum -a 256 a.bin | awk '{print $1}')"
test "$actual" = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
install -m 755 a.bin /usr/local/bin/a
