# expect: DVM201
ls
set -Eeuo pipefail
