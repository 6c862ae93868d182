# expect: DVM402 DVM204
#!/usr/bin/env bash
set -euo pipefail
apt-get install -y postgresql
sudo -u postgres psql -c "CREATE USER app WITH PASSWORD 'Tr0ub4dor&3xKq';"
sudo -u postgres createdb app
