# expect: DVM202
set -euo pipefail
dir=$HOME/.dotfiles
if [[ ! -d $dir ]]; then
  git clone --quiet https://github.com/example/dotfiles.git "$dir"
fi
cd "$dir"
git pull --ff-only
./install.sh
