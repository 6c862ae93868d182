# expect: DVM203 DVM202
set -euo pipefail
cd /tmp
curl -fsSLO https://dl.example.org/agent-3.1.tgz
curl -fsSLO https://dl.example.org/KEYS
curl -fsSLO https://dl.example.org/agent-3.1.tgz.asc
gpg --import KEYS
gpg --verify agent-3.1.tgz.asc agent-3.1.tgz
tar -xzf agent-3.1.tgz
sudo ./agent/install.sh
