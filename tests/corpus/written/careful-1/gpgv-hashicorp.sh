# expect: nothing
set -euo pipefail
cd "$(mktemp -d)"
cp "$DVM_FILES/hashicorp.gpg" .
v=1.9.8
curl -fsSLO "https://releases.hashicorp.com/terraform/${v}/terraform_${v}_SHA256SUMS"
curl -fsSLO "https://releases.hashicorp.com/terraform/${v}/terraform_${v}_SHA256SUMS.sig"
curl -fsSLO "https://releases.hashicorp.com/terraform/${v}/terraform_${v}_linux_amd64.zip"
gpgv --keyring ./hashicorp.gpg "terraform_${v}_SHA256SUMS.sig" "terraform_${v}_SHA256SUMS"
sha256sum --ignore-missing -c "terraform_${v}_SHA256SUMS"
unzip -o "terraform_${v}_linux_amd64.zip" -d /usr/local/bin
