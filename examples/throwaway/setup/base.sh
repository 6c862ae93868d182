#!/usr/bin/env bash
# Enough to fetch and to read.
set -Eeuo pipefail

export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -y -q 'git=1:2.47.*' 'ripgrep=14.1.*'
