# expect: DVM203
#!/usr/bin/env bash
set -euo pipefail
TMP=$(mktemp)
wget -O "$TMP" 'https://code.visualstudio.com/sha/download?build=stable&os=linux-deb-x64'
sudo dpkg -i "$TMP" || sudo apt-get -f install -y
