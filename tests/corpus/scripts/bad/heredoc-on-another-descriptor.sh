# expect: DVM202
set -Eeuo pipefail
bash /dev/fd/3 3<<'E'
curl -fsSL https://example.org/i.sh | sh
E
