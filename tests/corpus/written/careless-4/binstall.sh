# expect: DVM202
set -euxo pipefail
. "$HOME/.cargo/env"
curl -L --proto '=https' --tlsv1.2 -sSf https://raw.githubusercontent.com/cargo-bins/cargo-binstall/main/install-from-binstall-release.sh | bash
cargo binstall -y cargo-nextest@0.9.72
