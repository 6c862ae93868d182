# expect: DVM202
set -euo pipefail
curl -fsSL https://tailscale.com/install.sh | sh
sudo tailscale up --ssh --authkey "${TS_AUTHKEY:?}"
