# expect: DVM204 warn
set -euo pipefail
sudo apt-get install -y postgresql
conf=$(ls -d /etc/postgresql/*/main | head -n1)
sudo sed -i "s/^#\?listen_addresses.*/listen_addresses = '127.0.0.1'/" "$conf/postgresql.conf"
sudo systemctl restart postgresql
if ! sudo -u postgres psql -tAc "SELECT 1 FROM pg_roles WHERE rolname='app'" | grep -q 1; then
  sudo -u postgres createuser app
  sudo -u postgres createdb -O app app
fi
