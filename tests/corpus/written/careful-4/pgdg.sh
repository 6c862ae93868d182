#!/usr/bin/env bash
# expect: none
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
install -d /usr/share/postgresql-common/pgdg
dvm-fetch https://www.postgresql.org/media/keys/ACCC4CF8.asc 6f8ab0fbad9e7e849b3e588b2648490d61169eb2620df4200ab2b79509e85d6b /usr/share/postgresql-common/pgdg/apt.postgresql.org.asc --mode 644
source /etc/os-release
cat > /etc/apt/sources.list.d/pgdg.list <<EOF
deb [signed-by=/usr/share/postgresql-common/pgdg/apt.postgresql.org.asc] https://apt.postgresql.org/pub/repos/apt ${VERSION_CODENAME}-pgdg main
EOF
apt-get update
apt-get install -y postgresql-16=16.3-1.pgdg120+1 postgresql-client-16=16.3-1.pgdg120+1

conf=/etc/postgresql/16/main
sed -i "s/^#\?listen_addresses.*/listen_addresses = 'localhost'/" "$conf/postgresql.conf"
cat > "$conf/conf.d/dev.conf" <<'EOF'
shared_buffers = 512MB
fsync = off
log_statement = 'all'
EOF
systemctl enable --now postgresql
until pg_isready -q; do sleep 1; done

su postgres -c "psql -v ON_ERROR_STOP=1" <<'SQL'
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'dev') THEN
    CREATE ROLE dev LOGIN CREATEDB;
  END IF;
END
$$;
SQL
su postgres -c "createdb -O dev app" || echo "app is there"
