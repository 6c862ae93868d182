# expect: DVM207
set -euo pipefail
npm config set strict-ssl false
