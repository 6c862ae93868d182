# expect: DVM207
set -euo pipefail
npm config set strict-ssl false
npm install -g typescript@5.5.2
