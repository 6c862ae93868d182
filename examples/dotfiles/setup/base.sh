#!/usr/bin/env bash
# Shared by every VM of this repository. Runs as root, again whenever it changes.
set -Eeuo pipefail

export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -y -q 'git=1:2.47.*' 'ripgrep=14.1.*' 'tmux=3.5a-*'
