# expect: DVM202 DVM204
set -euo pipefail
git clone -b main https://github.com/bob/dots ~/dots && ~/dots/bootstrap.sh
