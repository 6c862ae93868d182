#!/usr/bin/env bash
# expect: none
set -euo pipefail
: "${CLOUDSDK_VERSION:=482.0.0}"
file=google-cloud-cli-482.0.0-linux-x86_64.tar.gz
curl -fsSL "https://dl.google.com/dl/cloudsdk/channels/rapid/downloads/$file" | tee "/tmp/$file" >/dev/null
echo "196a5422169a7a1845178971dc90480352eefb88555e89af227fb892150e9db5  /tmp/$file" | sha256sum -c -
tar -xzf "/tmp/$file" -C "$HOME"
"$HOME/google-cloud-sdk/install.sh" --quiet --usage-reporting=false --path-update=true
