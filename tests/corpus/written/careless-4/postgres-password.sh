# expect: DVM402
set -euo pipefail
sudo apt-get install -y postgresql-16=16.3-0ubuntu0.24.04.1
sudo systemctl enable --now postgresql
export PGPASSWORD='s3cr3t-Pa55-9xQz'
sudo -u postgres psql -v ON_ERROR_STOP=1 -c "CREATE ROLE app LOGIN PASSWORD 's3cr3t-Pa55-9xQz'"
psql -h localhost -U app -c 'select 1' postgres
