#!/usr/bin/env bash
# expect: none
set -euo pipefail
FPR=E19C7A338C43DA9491F2E4CC9E8796955B418A5D
key=/tmp/hashicorp.asc
curl -fsSL https://apt.releases.hashicorp.com/gpg -o "$key"
got=$(gpg --show-keys --with-colons "$key" | awk -F: '$1 == "fpr" {print $10; exit}')
if [[ $got != "$FPR" ]]; then
  echo "hashicorp's key has another fingerprint: $got" >&2
  exit 1
fi
sudo gpg --yes --dearmor -o /usr/share/keyrings/hashicorp.gpg "$key"
. /etc/os-release
echo "deb [arch=$(dpkg --print-architecture) signed-by=/usr/share/keyrings/hashicorp.gpg] https://apt.releases.hashicorp.com $VERSION_CODENAME main" |
  sudo tee /etc/apt/sources.list.d/hashicorp.list
sudo apt-get update -q
sudo apt-get install -y -q terraform=1.9.0-1 vault=1.17.0-1
