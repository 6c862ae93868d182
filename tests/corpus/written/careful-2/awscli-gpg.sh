# expect: nothing
#!/usr/bin/env bash
set -euo pipefail
cd "$(mktemp -d)"
ver=2.17.10
curl -fsSO "https://awscli.amazonaws.com/awscli-exe-linux-x86_64-${ver}.zip"
echo "1a652e12f1a285a1bc9d081c20ae580e5f643af4ecc279c469f31b32e0188ca7  awscli-exe-linux-x86_64-${ver}.zip" > SUMS
sha256sum -c SUMS
unzip -q "awscli-exe-linux-x86_64-${ver}.zip"
sudo ./aws/install --update
aws --version
