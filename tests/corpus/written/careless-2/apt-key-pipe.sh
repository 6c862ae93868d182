# expect: DVM203 DVM202 DVM204
#!/usr/bin/env bash
set -euo pipefail
curl -fsSL https://packages.grafana.com/gpg.key | sudo apt-key add -
sudo add-apt-repository "deb https://packages.grafana.com/oss/deb stable main"
sudo apt-get install -y grafana
