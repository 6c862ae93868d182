# expect: none
set -euo pipefail
# Homebrew by a commit of its own repository
prefix=/home/linuxbrew/.linuxbrew
sudo mkdir -p "$prefix/bin"
sudo chown -R "$USER" "$prefix"
git clone https://github.com/Homebrew/brew "$prefix/Homebrew"
git -C "$prefix/Homebrew" checkout -q 3f1e1d9a2b4c5d6e7f8091a2b3c4d5e6f7a8b9c0
ln -sf ../Homebrew/bin/brew "$prefix/bin/brew"
eval "$("$prefix/bin/brew" shellenv)"
echo "eval \"\$($prefix/bin/brew shellenv)\"" >> ~/.profile
export HOMEBREW_NO_ANALYTICS=1 HOMEBREW_NO_AUTO_UPDATE=1
brew --version
