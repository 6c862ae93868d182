#!/usr/bin/env bash
set -Eeuo pipefail

echo "$DVM_LIMA_NAME" | sudo tee /etc/dvm-name >/dev/null
