# expect: DVM202
#!/usr/bin/env bash
set -euo pipefail
if ! command -v cargo; then
  curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y
fi
source $HOME/.cargo/env
cargo install ripgrep bat exa
