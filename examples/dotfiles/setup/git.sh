#!/usr/bin/env bash
# Git as its owner likes it. Runs as DVM_USER; no name, no address and no key: those are the VM's own business.
set -Eeuo pipefail

git config --global init.defaultBranch main
git config --global pull.ff only
git config --global rerere.enabled true
