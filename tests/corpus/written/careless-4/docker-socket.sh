# expect: DVM206
set -euo pipefail
sudo apt-get install -y docker.io=24.0.7-0ubuntu4
sudo systemctl enable --now docker
sudo chmod 666 /var/run/docker.sock
docker run --rm hello-world:linux
