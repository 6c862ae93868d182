# expect: DVM204
set -euo pipefail
. "$HOME/.cargo/env"
for c in ripgrep fd-find bat; do
  cargo install --locked "$c"
done
