# expect: DVM204
set -euo pipefail
cargo install ripgrep fd-find
