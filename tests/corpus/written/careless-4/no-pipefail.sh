# expect: DVM201
set -e
sudo timedatectl set-timezone Europe/Berlin
sudo apt-get install -y postgresql-16=16.3-0ubuntu0.24.04.1
zcat /srv/seed.sql.gz | psql -U dev app
