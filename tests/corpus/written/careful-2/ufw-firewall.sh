# expect: DVM204 warn
#!/usr/bin/env bash
set -euo pipefail
apt-get install -y ufw fail2ban
ufw default deny incoming
ufw default allow outgoing
for p in 22 80 443; do ufw allow "$p/tcp"; done
ufw --force enable
systemctl enable --now fail2ban
