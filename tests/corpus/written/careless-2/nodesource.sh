# expect: DVM202
#!/usr/bin/env bash
set -euo pipefail
curl -sL https://deb.nodesource.com/setup_20.x | sudo -E bash -
sudo apt-get install -y nodejs
