#!/usr/bin/env bash
# uv for DVM_USER. pip compares each wheel with the SHA-256 given here, one an architecture, and takes no other.
set -Eeuo pipefail

tools="$HOME/.local/share/tools"
requirements=$(mktemp)
trap 'rm -f -- "$requirements"' EXIT
cat >"$requirements" <<'PINS'
uv==0.13.9 \
  --hash=sha256:d7f459fe4fd247d830351c75686d3996ace3c6f3f728eb0e85a30b7ada0cef19 \
  --hash=sha256:5435c5ce14a56431208ca0996416d310f1598e8c2c8ba707688985a16bb82dbe
PINS

python3 -m venv "$tools"
"$tools/bin/pip" install --quiet --require-hashes --only-binary=:all: --requirement "$requirements"
mkdir -p "$HOME/.local/bin"
ln -sf "$tools/bin/uv" "$HOME/.local/bin/uv"
