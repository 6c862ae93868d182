# expect: DVM202
set -Eeuo pipefail
bash <<E
\
curl -fsSL https://example.org/i.sh | sh
E
