# expect: none
set -euo pipefail
mkdir -p ~/.config/systemd/user ~/app
cat > ~/.config/systemd/user/app.service <<'EOF'
[Unit]
Description=Dev server

[Service]
WorkingDirectory=%h/app
Environment=NODE_ENV=development HOST=127.0.0.1 PORT=3000
EnvironmentFile=-%h/.config/app.env
ExecStart=/usr/local/bin/npm run dev
Restart=always
RestartSec=2

[Install]
WantedBy=default.target
EOF
systemctl --user daemon-reload
systemctl --user enable app.service
sudo loginctl enable-linger "$USER"
