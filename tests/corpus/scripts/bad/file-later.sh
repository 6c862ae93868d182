# expect: DVM202
curl -fsSL https://example.org/i.sh -o /tmp/install.sh
mkdir -p /opt/tool
cd /opt/tool
echo "installing"
export PREFIX=/opt/tool
sh /tmp/install.sh
