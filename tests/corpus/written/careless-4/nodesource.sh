# expect: DVM202
set -euo pipefail
sudo apt-get update
curl -fsSL https://deb.nodesource.com/setup_20.x -o nodesource_setup.sh
sudo -E bash nodesource_setup.sh
sudo apt-get install -y nodejs=20.15.0-1nodesource1
