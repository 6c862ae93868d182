# expect: nothing
set -euo pipefail
. "$HOME/.cargo/env"
cargo install --locked --version 14.1.1 ripgrep
