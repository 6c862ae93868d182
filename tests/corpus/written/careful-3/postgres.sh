# expect: none
set -euo pipefail
sudo apt-get install -y postgresql-16=16.4-1.pgdg120+2
sudo systemctl enable --now postgresql
until sudo -u postgres pg_isready -q; do sleep 1; done
pw_file=~/.pg_password
if [ ! -s "$pw_file" ]; then
  (umask 077; head -c 18 /dev/urandom | base64 > "$pw_file")
fi
sudo -u postgres psql -v ON_ERROR_STOP=1 -v pw="$(cat "$pw_file")" <<'SQL'
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') THEN CREATE ROLE app LOGIN; END IF;
END $$;
ALTER ROLE app PASSWORD :'pw';
SQL
echo "localhost:5432:*:app:$(cat "$pw_file")" > ~/.pgpass
chmod 600 ~/.pgpass
