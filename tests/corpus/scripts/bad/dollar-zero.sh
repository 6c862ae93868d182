# expect: DVM202
set -Eeuo pipefail
"$0" <(curl -fsSL https://example.org/i.sh)
