# expect: DVM202 DVM210
#!/usr/bin/env bash
set -euo pipefail
git clone https://github.com/someone/dotfiles ~/.dotfiles
cd ~/.dotfiles && ./install.sh
