# expect: DVM402
set -euo pipefail
mysql -uroot -e "CREATE USER app IDENTIFIED BY 'S3cr3tP4ss!'"
DB_PASSWORD='S3cr3tP4ss!x9'
echo "$DB_PASSWORD" >/etc/app/pw
