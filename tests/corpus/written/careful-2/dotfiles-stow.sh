# expect: DVM204 warn
#!/usr/bin/env bash
set -euo pipefail
DOT=$HOME/.dotfiles
command -v stow >/dev/null || sudo apt-get install -y stow
if [[ ! -d $DOT/.git ]]; then
  git clone https://github.com/example/dotfiles.git "$DOT"
fi
git -C "$DOT" fetch --quiet origin
git -C "$DOT" checkout --quiet d296ff0dbf1bd2b5e084ab46bd2ab408af02c615
cd "$DOT"
for pkg in bash git tmux vim; do
  stow --restow --target="$HOME" "$pkg"
done
