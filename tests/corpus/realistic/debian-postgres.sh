#!/usr/bin/env bash
# Part of the test corpus: the checksums are made up.
# PostgreSQL for development: listens on loopback only, one role for DVM_USER by peer authentication.
set -Eeuo pipefail

PG=15
sudo apt-get update
sudo apt-get install -y "postgresql-${PG}=15.8-0+deb12u1" "postgresql-client-${PG}=15.8-0+deb12u1"

conf="/etc/postgresql/${PG}/main"
sudo sed -i "s/^#\?listen_addresses.*/listen_addresses = '127.0.0.1'/" "$conf/postgresql.conf"
sudo tee "$conf/pg_hba.conf" >/dev/null <<'EOF'
# TYPE  DATABASE  USER  ADDRESS       METHOD
local   all       all                 peer
host    all       all   127.0.0.1/32  scram-sha-256
EOF
sudo systemctl restart "postgresql@${PG}-main"

for _ in {1..30}; do
  if sudo -u postgres pg_isready --quiet; then break; fi
  sleep 1
done

sudo -u postgres psql --set ON_ERROR_STOP=1 --set user="$DVM_USER" <<'SQL'
SELECT format('CREATE ROLE %I LOGIN CREATEDB', :'user')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'user') \gexec
SQL

# A password for TCP, made here and kept in the guest only.
password_file="/home/$DVM_USER/.pgpass"
if ! sudo test -s "$password_file"; then
  password="$(openssl rand -hex 24)"
  printf '127.0.0.1:5432:*:%s:%s\n' "$DVM_USER" "$password" |
    sudo -u "$DVM_USER" tee "$password_file" >/dev/null
  sudo chmod 600 "$password_file"
  sudo -u postgres psql -c "ALTER ROLE \"$DVM_USER\" PASSWORD '$password'"
fi
