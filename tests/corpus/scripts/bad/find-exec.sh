# expect: DVM202
wget -P /opt/scripts https://example.org/i.sh
find /opt/scripts -name '*.sh' -exec bash {} \;
