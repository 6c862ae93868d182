#!/usr/bin/env bash
# PostgreSQL, and a role for DVM_USER. It listens on the guest's loopback; the declared port leads there.
set -Eeuo pipefail

export DEBIAN_FRONTEND=noninteractive
apt-get install -y -q 'postgresql-17=17.*'
systemctl enable --now postgresql
cd /

# Made in the guest, known to the guest alone. A second run keeps it.
password_file="/home/$DVM_USER/db-password"
if [[ ! -s $password_file ]]; then
  install -m 0600 -o "$DVM_USER" -g "$DVM_USER" /dev/null "$password_file"
  od -A n -N 24 -t x1 /dev/urandom | tr -d ' \n' >"$password_file"
fi

# On standard input, for an argument would show in the list of processes.
runuser -u postgres -- psql --quiet --set ON_ERROR_STOP=1 --set role="$DVM_USER" <<SQL
\set password $(cat "$password_file")
SELECT format('CREATE ROLE %I LOGIN CREATEDB', :'role')
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') \gexec
ALTER ROLE :"role" PASSWORD :'password';
SQL
