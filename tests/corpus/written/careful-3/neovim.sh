# expect: none
set -euo pipefail
v=v0.10.2
archive=nvim-linux64.tar.gz
mkdir -p ~/.local/opt && cd ~/.local/opt
[ -f "$archive" ] && echo "9f696e6a6e8b2d1c3a4b5c6d7e8f90123456789abcdef0123456789abcdef012  $archive" | sha256sum -c --status || {
  curl -fLo "$archive" "https://github.com/neovim/neovim/releases/download/$v/$archive"
  echo "9f696e6a6e8b2d1c3a4b5c6d7e8f90123456789abcdef0123456789abcdef012  $archive" | sha256sum -c
}
tar xzf "$archive"
ln -sf ~/.local/opt/nvim-linux64/bin/nvim ~/.local/bin/nvim
nvim --headless +q
