#!/usr/bin/env bash
# Python of the distribution, by its signature.
set -Eeuo pipefail

export DEBIAN_FRONTEND=noninteractive
apt-get install -y -q 'python3-venv=3.13.*'
