# expect: nothing
set -euo pipefail
umask 077
if [ ! -e ~/.pgpass ]; then
  password=$(openssl rand -hex 16)
  sudo -u postgres psql -c "ALTER USER app PASSWORD '$password'"
  printf 'localhost:5432:app:app:%s\n' "$password" >~/.pgpass
fi
