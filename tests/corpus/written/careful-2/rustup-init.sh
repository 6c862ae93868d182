# expect: nothing
#!/usr/bin/env bash
set -euo pipefail
RUSTUP_VERSION=1.27.1
RUSTUP_SHA=d12f37387baaf070fb076f6f5ab68f3d45b8bf6d9036d0771ba10d551b67716f
RUST=1.79.0
curl -fsSL "https://static.rust-lang.org/rustup/archive/${RUSTUP_VERSION}/x86_64-unknown-linux-gnu/rustup-init" -o /tmp/rustup-init
echo "${RUSTUP_SHA} */tmp/rustup-init" | sha256sum -c -
chmod +x /tmp/rustup-init
/tmp/rustup-init -y --no-modify-path --profile minimal --default-toolchain "$RUST"
rm /tmp/rustup-init
source "$HOME/.cargo/env"
rustup component add clippy rustfmt
cargo install --locked --version 14.1.0 ripgrep
