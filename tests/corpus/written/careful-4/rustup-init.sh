#!/usr/bin/env bash
# expect: none
set -Eeuo pipefail
RUSTUP=1.27.1
TRIPLE=x86_64-unknown-linux-gnu
init=$(mktemp)
dvm-fetch https://static.rust-lang.org/rustup/archive/$RUSTUP/$TRIPLE/rustup-init 4d4240a2162a3fa435078c60eac770175d6179a28dcac8972411336997b361a2 "$init" --mode 755
"$init" -y --no-modify-path --profile minimal --default-toolchain 1.79.0 -c clippy -c rustfmt
rm -f "$init"
source "$HOME/.cargo/env"
rustup target add wasm32-unknown-unknown
cargo --version
