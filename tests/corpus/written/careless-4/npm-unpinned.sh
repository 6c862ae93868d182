# expect: DVM204
set -euo pipefail
mkdir -p ~/.npm-global
npm config set prefix "$HOME/.npm-global"
for p in typescript eslint prettier; do
  npm install -g "$p"
done
