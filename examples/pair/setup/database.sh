#!/usr/bin/env bash
# The version is pinned; the signature is the distribution's.
set -Eeuo pipefail

sudo apt-get install -y postgresql=15+248
sudo systemctl enable --now postgresql
