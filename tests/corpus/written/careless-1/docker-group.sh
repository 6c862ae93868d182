# expect: DVM206
set -euo pipefail
sudo usermod -aG docker "$DVM_USER"
