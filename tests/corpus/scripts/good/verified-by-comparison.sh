# expect: nothing
want=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
curl -fsSLo a.bin https://example.org/a.bin
have=$(sha256sum a.bin | cut -d ' ' -f 1)
if [ "$have" != "$want" ]; then
  echo "checksum differs" >&2
  exit 1
fi
chmod +x a.bin
