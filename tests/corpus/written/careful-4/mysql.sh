#!/bin/bash
# expect: none
set -euo pipefail
sudo apt-get update
sudo DEBIAN_FRONTEND=noninteractive apt-get install -y mysql-server=8.0.37-0ubuntu0.24.04.1
pw_file=$HOME/.mysql-dev-password
if [[ ! -f $pw_file ]]; then
  (umask 077; openssl rand -base64 24 > "$pw_file")
fi
pw=$(<"$pw_file")
sudo mysql --protocol=socket <<SQL
CREATE DATABASE IF NOT EXISTS app CHARACTER SET utf8mb4;
CREATE USER IF NOT EXISTS 'app'@'localhost' IDENTIFIED BY '${pw}';
GRANT ALL ON app.* TO 'app'@'localhost';
FLUSH PRIVILEGES;
SQL
cat > ~/.my.cnf <<EOF
[client]
user=app
password=${pw}
EOF
chmod 600 ~/.my.cnf
