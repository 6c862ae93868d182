# expect: DVM204 warn
set -euo pipefail
packages=(
  jq
  ripgrep
  tmux
)
sudo apt-get install -y "${packages[@]}"
