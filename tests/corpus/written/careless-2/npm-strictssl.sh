# expect: DVM207
#!/usr/bin/env bash
set -euo pipefail
npm config set strict-ssl false
export NODE_TLS_REJECT_UNAUTHORIZED=0
npm install -g typescript@5.5.3
