# expect: DVM202,DVM204
set -euo pipefail
git clone https://github.com/me/dotfiles ~/dotfiles
cd ~/dotfiles
make
