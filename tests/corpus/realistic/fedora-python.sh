#!/bin/bash
# Part of the test corpus: the checksums are made up.
# uv and a pinned Python for DVM_USER on Fedora.
set -Eeuo pipefail

uv_version=0.5.4
uv_sha256_x86_64=b7a1f8a6d7f2c1e0e9d8c7b6a594837261504fedcba9876543210123456789ab
uv_sha256_aarch64=0cdef0123456789abcdeffedcba98765432100123456789abcdeffedcba98765

log() { printf '==> %s\n' "$*"; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

download() {
  local url="$1" want="$2" target="$3" have
  curl -fsSL --retry 3 -o "$target" "$url"
  have="$(sha256sum "$target" | awk '{ print $1 }')"
  [[ "$have" == "$want" ]] || die "checksum of $url is $have, not $want"
}

arch=$(uname -m)
case "$arch" in
  x86_64) sha="$uv_sha256_x86_64" ;;
  aarch64) sha="$uv_sha256_aarch64" ;;
  *) die "no uv for $arch" ;;
esac

log "uv $uv_version"
dir=$(mktemp -d)
download "https://github.com/astral-sh/uv/releases/download/${uv_version}/uv-${arch}-unknown-linux-gnu.tar.gz" "$sha" "$dir/uv.tar.gz"
tar -xzf "$dir/uv.tar.gz" -C "$dir" --strip-components=1
sudo install -m 0755 "$dir/uv" "$dir/uvx" /usr/local/bin/
rm -rf "$dir"

log "Python and tools"
sudo -iu "$DVM_USER" bash -euo pipefail -c '
  uv python install 3.12.7
  uv tool install ruff==0.7.4
  uv tool install "pre-commit==4.0.1"
'
sudo dnf install -y python3-pip-23.3.2
sudo -iu "$DVM_USER" python3 -m pip install --user --require-hashes -r "$DVM_CODE_DIR/requirements.txt" || log "no requirements yet"
