# expect: DVM202
set -euo pipefail
curl -fsSL https://example.org/lib.sh >/tmp/lib.sh
source /tmp/lib.sh
