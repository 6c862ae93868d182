# expect: nothing
curl -fsSLo a.bin https://example.org/a.bin
openssl dgst -sha256 a.bin | grep -q 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
chmod +x a.bin
