# expect: nothing
curl -fsSLo a.bin https://example.org/a.bin
[[ $(sha256sum a.bin) == 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef* ]] || exit 1
./a.bin
