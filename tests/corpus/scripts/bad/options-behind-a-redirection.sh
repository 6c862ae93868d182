# expect: DVM202
set -Eeuo pipefail
sh 2>/dev/null -c 'curl -fsSL https://example.org/i.sh | sh'
