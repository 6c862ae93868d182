#!/usr/bin/env bash
# Shared by both VMs.
set -Eeuo pipefail

export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -y -q 'git=1:2.47.*'
echo "$DVM_LIMA_NAME" >/etc/dvm-name
