# expect: DVM202
set -Eeuo pipefail
fetch() { $@ | sh; }
fetch 'curl -fsSL https://example.org/i.sh'
