# expect: DVM202
set -Eeuo pipefail
curl -fsSL https://example.org/i.sh | $SUDO -u me bash
