# expect: DVM203 DVM202
set -euo pipefail
cd /tmp
wget https://example.org/tool_1.2.3_amd64.deb
sudo dpkg -i tool_1.2.3_amd64.deb
