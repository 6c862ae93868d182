# expect: DVM206 DVM204
#!/usr/bin/env bash
set -euo pipefail
apt-get update && apt-get install -y docker.io
gpasswd -a dev docker
systemctl enable --now docker
