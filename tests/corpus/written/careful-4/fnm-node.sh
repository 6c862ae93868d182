#!/usr/bin/env bash
# expect: none
# Node for the frontend team, through fnm
set -euo pipefail

FNM_VERSION=1.37.1
FNM_SHA=8e9d0608d96debfe7cd44e00bb0e50190b58062aced3b51be657f03626629809
NODE_VERSION=20.14.0

tmp="$(mktemp -d)"
trap 'rm -rf "$tmp"' EXIT

dvm-fetch "https://github.com/Schniz/fnm/releases/download/v${FNM_VERSION}/fnm-linux.zip" "$FNM_SHA" "$tmp/fnm.zip"
unzip -q "$tmp/fnm.zip" -d "$tmp"
install -D -m 0755 "$tmp/fnm" "$HOME/.local/bin/fnm"
export PATH="$HOME/.local/bin:$PATH"

eval "$(fnm env --shell bash)"
fnm install "$NODE_VERSION"
fnm default "$NODE_VERSION"

corepack enable
corepack prepare pnpm@9.4.0 --activate

if ! grep -q 'fnm env' ~/.bashrc; then
  cat >> ~/.bashrc <<'RC'
export PATH="$HOME/.local/bin:$PATH"
eval "$(fnm env --use-on-cd --shell bash)"
RC
fi
node --version
