# expect: DVM204 warn
#!/usr/bin/env bash
set -euo pipefail
apt-get install -yq mariadb-server
PASS="$(head -c 18 /dev/urandom | base64)"
mysql <<SQL
CREATE DATABASE IF NOT EXISTS app;
CREATE USER IF NOT EXISTS 'app'@'localhost' IDENTIFIED BY '${PASS}';
GRANT ALL ON app.* TO 'app'@'localhost';
SQL
install -m 600 /dev/stdin /root/.my.cnf <<EOF
[client]
user=app
password=${PASS}
EOF
