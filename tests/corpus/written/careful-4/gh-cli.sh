#!/usr/bin/env bash
# expect: none
set -euo pipefail
k=/etc/apt/keyrings/githubcli.gpg
sudo mkdir -p -m 755 /etc/apt/keyrings
tmp=$(mktemp)
wget -nv -O "$tmp" https://cli.github.com/packages/githubcli-archive-keyring.gpg
echo "a63ba89179dc562f928d7b450214965bf4740d11f92ae8fb7bb08d06318a99f1  $tmp" | sha256sum --check
sudo install -m 644 "$tmp" "$k"
echo "deb [arch=$(dpkg --print-architecture) signed-by=$k] https://cli.github.com/packages stable main" | sudo tee /etc/apt/sources.list.d/github-cli.list
sudo apt update
sudo apt install -y gh=2.52.0
gh config set git_protocol ssh
if [ -n "${GITHUB_TOKEN:-}" ]; then
  echo "$GITHUB_TOKEN" | gh auth login --with-token
fi
