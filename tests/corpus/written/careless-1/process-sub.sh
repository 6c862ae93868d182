# expect: DVM202
set -euo pipefail
bash <(curl -s https://example.org/i.sh) --unattended
