# expect: DVM202
set -euo pipefail
if ! command -v docker; then
  curl -fsSL https://get.docker.com -o get-docker.sh
  sudo sh get-docker.sh
fi
sudo usermod -aG docker $USER
