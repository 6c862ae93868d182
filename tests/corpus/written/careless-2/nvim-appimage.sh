# expect: DVM203 DVM204
#!/usr/bin/env bash
set -euo pipefail
curl -LO https://github.com/neovim/neovim/releases/latest/download/nvim.appimage
chmod u+x nvim.appimage
sudo mv nvim.appimage /usr/local/bin/nvim
git clone https://github.com/LazyVim/starter ~/.config/nvim
