# expect: none
set -euo pipefail
export NVM_DIR="$HOME/.nvm"
if [ ! -d "$NVM_DIR/.git" ]; then
  git clone -q https://github.com/nvm-sh/nvm.git "$NVM_DIR"
fi
cd "$NVM_DIR"
git fetch -q origin
git checkout -q ed8ccd57cfa406275f671781545718b5a7b2dc64   # v0.39.7
# shellcheck disable=SC1091
. "$NVM_DIR/nvm.sh"
nvm install 20.15.0
nvm alias default 20.15.0
npm i -g yarn@1.22.22
