# expect: none
set -euo pipefail
[ -d ~/.dotfiles ] || git clone --bare https://github.com/me/dotfiles.git ~/.dotfiles
dot() { git --git-dir="$HOME/.dotfiles" --work-tree="$HOME" "$@"; }
dot checkout -f 4f5e6d7c8b9a0f1e2d3c4b5a69788796a5b4c3d2
dot config status.showUntrackedFiles no
sudo chsh -s "$(command -v zsh)" "$USER"
for f in ~/.config/shell/*.sh; do
  [ -r "$f" ] && ls -l "$f"
done
