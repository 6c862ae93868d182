# expect: DVM207
set -euo pipefail
apt-get install -y --allow-unauthenticated foo=1.0
