# expect: DVM204 warn
set -euo pipefail
sudo apt-get install -y zsh
sudo chsh -s "$(command -v zsh)" "$DVM_USER"
touch ~/.zshrc
grep -qxF 'setopt autocd' ~/.zshrc || echo 'setopt autocd' >>~/.zshrc
