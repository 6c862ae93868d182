# expect: DVM202
set -Eeuo pipefail
curl 2>/dev/null -fsSL https://example.org/i.sh | sh
