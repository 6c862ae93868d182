#!/usr/bin/env bash
# What every VM of ours gets. Runs as Lima's login user, who may use sudo.
set -Eeuo pipefail

sudo apt-get update -q
sudo apt-get install -y -q 'git=1:2.47.*' 'ripgrep=14.1.*'

sudo tee /etc/motd >/dev/null <<MOTD
This is $DVM_NAME, a VM kept by DVM. Your code is in $DVM_CODE_DIR.
MOTD
