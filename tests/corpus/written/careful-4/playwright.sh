#!/usr/bin/env bash
# expect: none
set -euo pipefail
cd ~/e2e
npm ci
npx playwright@1.45.0 install --with-deps chromium
deb=/tmp/chrome.deb
curl -fsSL -o $deb https://dl.google.com/linux/chrome/deb/pool/main/g/google-chrome-stable/google-chrome-stable_126.0.6478.126-1_amd64.deb
echo "9390ef32addf32bfdea786bc1e20679592498068bcbfcd357ea10ab64ea35e47  $deb" | sha256sum -c
sudo apt-get install -y "$deb"
google-chrome --version
