# expect: nothing
set -euo pipefail
export NVM_DIR="$HOME/.nvm"
if [ ! -d "$NVM_DIR" ]; then
  git clone https://github.com/nvm-sh/nvm.git "$NVM_DIR"
  git -C "$NVM_DIR" checkout 977563e97ddc66facf3a8e31c6cff01d236f09bd
fi
. "$NVM_DIR/nvm.sh"
nvm install 22.11.0
nvm alias default 22.11.0
