# expect: DVM202
set -euo pipefail
cat > /etc/systemd/system/agent-update.service <<'EOF'
[Unit]
Description=update the agent
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'curl -fsSL https://get.example.org/agent | sh'
EOF
systemctl daemon-reload
systemctl enable --now agent-update.service
