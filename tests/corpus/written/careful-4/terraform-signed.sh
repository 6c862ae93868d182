#!/usr/bin/env bash
# expect: none
set -euo pipefail
TF=1.9.0
KEY=4DF8E62199A9C0E035B96F475C8D500F85AB73BA
base="https://releases.hashicorp.com/terraform/$TF"
cd "$(mktemp -d)"
export GNUPGHOME=$PWD/gnupg
mkdir -m 700 "$GNUPGHOME"
curl -fsSLO "$base/terraform_${TF}_linux_amd64.zip"
curl -fsSLO "$base/terraform_${TF}_SHA256SUMS"
curl -fsSLO "$base/terraform_${TF}_SHA256SUMS.sig"
gpg --batch --quiet --keyserver hkps://keyserver.ubuntu.com --recv-keys "$KEY"
gpg --batch --verify "terraform_${TF}_SHA256SUMS.sig" "terraform_${TF}_SHA256SUMS"
sha256sum -c --ignore-missing "terraform_${TF}_SHA256SUMS"
unzip -q "terraform_${TF}_linux_amd64.zip"
sudo install -m 0755 terraform /usr/local/bin/terraform
