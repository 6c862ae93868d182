# expect: nothing
set -euo pipefail
cd "$DVM_CODE_DIR"
if [ -f package-lock.json ]; then
  npm ci --ignore-scripts
fi
