# expect: DVM204 warn
#!/usr/bin/env bash
set -euo pipefail
sudo apt-get install -y zsh
export ZSH="$HOME/.oh-my-zsh"
if [ ! -d "$ZSH" ]; then
  git clone --no-checkout https://github.com/ohmyzsh/ohmyzsh.git "$ZSH"
  git -C "$ZSH" checkout b158f0899efeec3a725791df5fead705075136bb
fi
cp -n "$ZSH/templates/zshrc.zsh-template" "$HOME/.zshrc" || :
sed -i 's/^ZSH_THEME=.*/ZSH_THEME="agnoster"/' "$HOME/.zshrc"
sudo chsh -s "$(command -v zsh)" "$USER"
