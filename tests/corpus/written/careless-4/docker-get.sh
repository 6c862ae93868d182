# expect: DVM202 DVM206
set -euo pipefail
curl -fsSL https://get.docker.com -o get-docker.sh
sh get-docker.sh
sudo usermod -aG docker "$USER"
