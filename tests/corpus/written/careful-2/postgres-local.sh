# expect: DVM204 warn
#!/usr/bin/env bash
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install -y --no-install-recommends postgresql postgresql-contrib
systemctl enable --now postgresql
if ! sudo -u postgres psql -tAc "SELECT 1 FROM pg_roles WHERE rolname='dev'" | grep -q 1; then
  sudo -u postgres createuser --createdb dev
fi
sudo -u postgres psql -tAc "SELECT 1 FROM pg_database WHERE datname='dev'" | grep -q 1 ||
  sudo -u postgres createdb -O dev dev
