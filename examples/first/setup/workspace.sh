#!/usr/bin/env bash
# Runs as DVM_USER, who owns the code and has no sudo.
set -Eeuo pipefail

mkdir -p "$HOME/.local/bin"
git config --global init.defaultBranch main
git config --global pull.ff only
