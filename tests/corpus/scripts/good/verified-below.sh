# expect: nothing
curl -fsSLo tool.tar.gz https://example.org/tool-1.2.3.tar.gz
# It takes a while.
sleep 1
echo "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef  tool.tar.gz" | sha256sum --check --status -
tar -xzf tool.tar.gz
