# expect: DVM202 DVM210
#!/usr/bin/env bash
set -euo pipefail
echo '0 3 * * * root curl -s https://ops.example.com/update.sh | bash' > /etc/cron.d/self-update
chmod 644 /etc/cron.d/self-update
