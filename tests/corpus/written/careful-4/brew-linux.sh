#!/bin/bash
# expect: none
set -euo pipefail
sudo apt-get install -y build-essential procps file git
BREW=/home/linuxbrew/.linuxbrew
if [ ! -x $BREW/bin/brew ]; then
  sudo install -d -o "$(id -un)" -g "$(id -gn)" $BREW $BREW/bin
  git clone https://github.com/Homebrew/brew $BREW/Homebrew
  (cd $BREW/Homebrew && git checkout --detach b6fc12d785c9a808cb16d02e641a4b4a68af81ca)
  ln -s $BREW/Homebrew/bin/brew $BREW/bin/brew
fi
eval "$($BREW/bin/brew shellenv)"
export HOMEBREW_NO_AUTO_UPDATE=1 HOMEBREW_NO_ANALYTICS=1
brew install node@20 postgresql@16
grep -q linuxbrew ~/.profile || echo 'eval "$(/home/linuxbrew/.linuxbrew/bin/brew shellenv)"' >> ~/.profile
