#!/usr/bin/env bash
# What every VM of ours gets. Runs as Lima's login user, who may use sudo.
set -Eeuo pipefail

sudo tee /etc/motd >/dev/null <<MOTD
This is $DVM_NAME, a VM kept by DVM. Your code is in $DVM_CODE_DIR.
MOTD
