#!/usr/bin/env bash
# expect: none
set -euo pipefail

# install_release URL SHA256 BINARY...
install_release() {
  local url=$1 sum=$2
  shift 2
  local dir
  dir=$(mktemp -d)
  curl -fsSL --retry 3 -o "$dir/a.tar.gz" "$url"
  echo "$sum  $dir/a.tar.gz" | sha256sum -c -
  tar -xzf "$dir/a.tar.gz" -C "$dir" --strip-components=1
  local b
  for b in "$@"; do
    sudo install -m 755 "$dir/$b" "/usr/local/bin/$b"
  done
  rm -rf "$dir"
}

install_release \
  https://github.com/astral-sh/uv/releases/download/0.4.18/uv-x86_64-unknown-linux-gnu.tar.gz \
  e6184ce10e266134fdcfa401e8f1a95005bcd4f18d16b62b757323e2833fe9a9 uv uvx
install_release \
  https://github.com/astral-sh/ruff/releases/download/0.6.9/ruff-x86_64-unknown-linux-gnu.tar.gz \
  acadbba99747a5451261c15ae4f389a22e9273135dc696de72c8ceae660cf2b0 ruff

uv python install 3.12.7
uv tool install pre-commit==3.8.0
uv tool install httpie==3.2.3
