# expect: DVM202
set -euo pipefail
sudo apt-get install -y build-essential procps file git
NONINTERACTIVE=1 bash -c "$(wget -qO- https://raw.githubusercontent.com/Homebrew/install/HEAD/install.sh)"
eval "$(/home/linuxbrew/.linuxbrew/bin/brew shellenv)"
brew install gh
