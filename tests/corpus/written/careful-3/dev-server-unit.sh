# expect: none
set -euo pipefail
sudo useradd --system --home /var/lib/app --create-home --shell /usr/sbin/nologin app || true
sudo tee /etc/systemd/system/app.service > /dev/null <<EOT
[Unit]
Description=Development server
After=network-online.target

[Service]
User=app
WorkingDirectory=$DVM_CODE_DIR/app
EnvironmentFile=-/etc/app.env
ExecStartPre=/usr/bin/test -d node_modules
ExecStart=/usr/bin/npm run dev -- --host 127.0.0.1 --port 5173
Restart=on-failure

[Install]
WantedBy=multi-user.target
EOT
sudo systemctl daemon-reload
sudo systemctl enable --now app
for i in {1..30}; do
  curl -fsS http://127.0.0.1:5173/ >/dev/null && break
  sleep 1
done
