#!/usr/bin/env bash
# Node.js of the distribution, by its signature.
set -Eeuo pipefail

export DEBIAN_FRONTEND=noninteractive
apt-get install -y -q 'nodejs=20.19.*' 'npm=9.2.*'
