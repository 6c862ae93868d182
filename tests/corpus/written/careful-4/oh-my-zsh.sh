#!/usr/bin/env bash
# expect: none
set -euo pipefail
sudo apt-get update && sudo apt-get install -y zsh=5.9-6ubuntu2
ZSH=$HOME/.oh-my-zsh
ZSH_CUSTOM=$ZSH/custom
if [ ! -d "$ZSH" ]; then
  git clone https://github.com/ohmyzsh/ohmyzsh.git "$ZSH"
  git -C "$ZSH" reset --hard a73ff44622320306c6d09856e7c70edbac2ddbe4
fi
while IFS='|' read -r repo commit; do
  target="$ZSH_CUSTOM/plugins/${repo#*/}"
  [ -d "$target" ] && continue
  git clone -q "https://github.com/$repo" "$target"
  git -C "$target" checkout -q "$commit"
done <<'PLUGINS'
zsh-users/zsh-autosuggestions|5878f333bf37fcfb5a04994f486e6c51c0fd5f97
zsh-users/zsh-syntax-highlighting|2eafdcbfde3f13f5eb60d90e331c22076d2978de
PLUGINS
cp "$ZSH/templates/zshrc.zsh-template" ~/.zshrc
sed -i 's/^plugins=.*/plugins=(git zsh-autosuggestions zsh-syntax-highlighting)/' ~/.zshrc
echo "zstyle ':omz:update' mode disabled" >> ~/.zshrc
sudo chsh -s "$(command -v zsh)" "$USER"
