# expect: DVM207
set -euo pipefail
git config --global http.sslVerify false
