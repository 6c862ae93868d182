# expect: DVM206
set -euo pipefail
sudo apt-get install -y docker.io=24.0.7-0ubuntu4
sudo groupadd -f docker
sudo gpasswd -a "$(whoami)" docker
sudo systemctl enable --now docker
