# expect: DVM202
set -euo pipefail
curl -fsSL https://code-server.dev/install.sh | sh
mkdir -p ~/.config/code-server
echo 'bind-addr: 0.0.0.0:8080
auth: none' > ~/.config/code-server/config.yaml
sudo systemctl enable --now code-server@$USER
