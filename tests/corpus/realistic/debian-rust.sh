#!/usr/bin/env bash
# Part of the test corpus: the checksums are made up.
# Rust by rustup-init, verified before it runs, on Debian.
set -Eeuo pipefail
export DEBIAN_FRONTEND=noninteractive

RUST_VERSION=1.82.0
RUSTUP_VERSION=1.27.1

sudo apt-get update
sudo apt-get install -y --no-install-recommends \
  build-essential=12.9 pkg-config=1.8.1-1 libssl-dev=3.0.15-1~deb12u1 ca-certificates=20230311

declare -A sums=(
  [x86_64]="6aeece6993e902708983b209d04c0d1dbb14ebb405ddb87def578d41f920f56d"
  [aarch64]="1cffbf51e63e634c746f741de50649bbbcbd9dbe1de363c9ecef64e278dba2b2"
)
arch="$(uname -m)"
sum="${sums[$arch]:?no checksum for $arch}"

sudo -iu "$DVM_USER" env RUST_VERSION="$RUST_VERSION" RUSTUP_VERSION="$RUSTUP_VERSION" arch="$arch" sum="$sum" bash <<'EOF'
set -Eeuo pipefail
tmp="$(mktemp -d)"
trap 'rm -rf "$tmp"' EXIT
url="https://static.rust-lang.org/rustup/archive/${RUSTUP_VERSION}/${arch}-unknown-linux-gnu/rustup-init"
curl --proto '=https' --tlsv1.2 -fsSL "$url" -o "$tmp/rustup-init"
printf '%s  %s\n' "$sum" "$tmp/rustup-init" | sha256sum -c -
chmod 0755 "$tmp/rustup-init"
"$tmp/rustup-init" -y --no-modify-path --profile minimal --default-toolchain "$RUST_VERSION" -c clippy -c rustfmt
. "$HOME/.cargo/env"
cargo install --locked cargo-nextest --version 0.9.85
cargo install --locked just@1.36.0
grep -q cargo/env ~/.bashrc || echo '. "$HOME/.cargo/env"' >> ~/.bashrc
EOF
