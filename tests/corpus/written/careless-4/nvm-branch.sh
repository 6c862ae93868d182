# expect: DVM202
set -euo pipefail
export NVM_DIR="$HOME/.nvm"
git clone https://github.com/nvm-sh/nvm.git "$NVM_DIR"
. "$NVM_DIR/nvm.sh"
nvm install 20.15.0
