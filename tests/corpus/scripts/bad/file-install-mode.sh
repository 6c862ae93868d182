# expect: DVM202
tmp=$(mktemp -d)
curl -fsSL "https://example.org/tool-$(uname -m)" -o "$tmp/tool"
sudo install -m 0755 "$tmp/tool" /usr/local/bin/tool
