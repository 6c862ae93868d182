#!/usr/bin/env bash
# The agent itself, for DVM_USER. Another one goes the same way: one archive, its version and its SHA-256, which is
# compared before the archive is opened. --offline lets npm fetch nothing beside it.
set -Eeuo pipefail

package=@google/gemini-cli
version=0.61.0
sha256=bc4efa5c925c4430105b552820ed3164bbeffa9dc227990fc922f954733bcd7d

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
cd "$work"
npm pack --silent "$package@$version"
mv -- *.tgz agent.tgz
echo "$sha256  agent.tgz" | sha256sum --check --strict
npm install --global --prefix "$HOME/.local" --offline --ignore-scripts --omit=optional --no-audit --no-fund ./agent.tgz

# Its name on commits, so that nobody takes its work for yours.
git config --global user.name "agent in $DVM_NAME"
git config --global user.email "agent@$DVM_LIMA_NAME.invalid"
