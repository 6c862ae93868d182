# expect: nothing
#!/usr/bin/env bash
set -euo pipefail
cat > /etc/systemd/system/cleanup.service <<'UNIT'
[Unit]
Description=Remove old build trees
[Service]
Type=oneshot
ExecStart=/usr/bin/find /var/tmp/build -mindepth 1 -mtime +7 -delete
UNIT
cat > /etc/systemd/system/cleanup.timer <<'UNIT'
[Timer]
OnCalendar=daily
Persistent=true
[Install]
WantedBy=timers.target
UNIT
mkdir -p /var/tmp/build
systemctl daemon-reload
systemctl enable --now cleanup.timer
