# expect: DVM203 DVM202
set -euo pipefail
curl -LO https://example.org/app_latest.deb
sudo apt install -y ./app_latest.deb
