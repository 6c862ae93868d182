# expect: DVM202 DVM206
#!/usr/bin/env bash
set -euo pipefail
curl -fsSL https://get.docker.com -o get-docker.sh
sudo sh get-docker.sh
sudo usermod -aG docker $USER
newgrp docker || true
