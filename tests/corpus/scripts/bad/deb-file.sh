# expect: DVM202
curl -fsSLO https://example.org/tool_1.0_amd64.deb
sudo apt-get install -y ./tool_1.0_amd64.deb
