#!/usr/bin/env bash
# expect: none
set -euo pipefail
. "$HOME/.cargo/env"

declare -A crates=(
  [ripgrep]=14.1.0
  [fd-find]=10.1.0
  [cargo-nextest]=0.9.72
  [cargo-deny]=0.14.24
)
for crate in "${!crates[@]}"; do
  cargo install --locked --version "${crates[$crate]}" "$crate"
done
