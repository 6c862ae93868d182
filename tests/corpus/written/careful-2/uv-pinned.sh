# expect: nothing
#!/usr/bin/env bash
set -euo pipefail
v=0.2.27
sha=4ea3c6a345bae8cc68b3c47d9b16682ee3c6df0c566229ab2b1e7e17d1a03891
url="https://github.com/astral-sh/uv/releases/download/${v}/uv-x86_64-unknown-linux-gnu.tar.gz"
work="$(mktemp -d)"; trap 'rm -rf "$work"' EXIT
curl -sSfL "$url" -o "$work/uv.tar.gz"
if ! echo "$sha  $work/uv.tar.gz" | sha256sum -c --status; then
  echo "checksum of uv does not match" >&2
  exit 1
fi
tar -xzf "$work/uv.tar.gz" -C "$work" --strip-components 1
install -m 755 "$work/uv" "$work/uvx" /usr/local/bin/
