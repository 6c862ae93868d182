# expect: DVM202
wget https://example.org/tool
chmod 755 tool
mv tool /usr/local/bin/
