# expect: none
set -euo pipefail
sudo tee /usr/local/bin/dump-db > /dev/null <<'SH'
#!/bin/bash
set -euo pipefail
out=/var/backups/db
mkdir -p "$out"
pg_dump -U dev app | gzip > "$out/app-$(date +%F).sql.gz"
find "$out" -name '*.sql.gz' -mtime +7 -delete
SH
sudo chmod 755 /usr/local/bin/dump-db
echo '15 3 * * * root /usr/local/bin/dump-db' | sudo tee /etc/cron.d/dump-db
sudo chmod 644 /etc/cron.d/dump-db
