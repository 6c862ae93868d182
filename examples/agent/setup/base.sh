#!/usr/bin/env bash
# What the agent works with. Runs as root, before the agent is there.
set -Eeuo pipefail

export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -y -q 'git=1:2.47.*' 'ripgrep=14.1.*' 'nodejs=20.19.*' 'npm=9.2.*'
