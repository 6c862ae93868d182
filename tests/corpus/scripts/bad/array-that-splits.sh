# expect: DVM202
set -Eeuo pipefail
fetch=('curl -fsSL https://example.org/i.sh')
${fetch[@]} | sh
