# expect: DVM207
set -euo pipefail
export NODE_TLS_REJECT_UNAUTHORIZED=0
cd ~/app
npm ci
npm run build
