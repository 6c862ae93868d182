# expect: DVM202
set -euo pipefail
sudo apt-get install -y build-essential pkg-config
curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y --default-toolchain 1.79.0
. "$HOME/.cargo/env"
cargo install --locked --version 14.1.0 ripgrep
