#!/usr/bin/env bash
# expect: none
set -euo pipefail
repo=https://github.com/example/dotfiles.git
rev=c40c11dd0a8e42dbff00f8fc4b7c0ca77535e091
dir=$HOME/.dotfiles
sudo apt-get install -y stow=2.3.1-1
if [[ -d $dir ]]; then
  git -C "$dir" fetch --quiet origin
else
  git clone --quiet "$repo" "$dir"
fi
git -C "$dir" checkout --quiet --detach "$rev"
cd "$dir"
for pkg in bash git tmux vim; do
  stow --restow --target="$HOME" "$pkg"
done
"$dir/install.sh" --no-gui
