# expect: none
set -euo pipefail
TF=1.9.8
cd /tmp
curl -fsSLO "https://releases.hashicorp.com/terraform/${TF}/terraform_${TF}_linux_amd64.zip"
curl -fsSLO "https://releases.hashicorp.com/terraform/${TF}/terraform_${TF}_SHA256SUMS"
curl -fsSLO "https://releases.hashicorp.com/terraform/${TF}/terraform_${TF}_SHA256SUMS.sig"
export GNUPGHOME=$(mktemp -d)
gpg --import "$DVM_FILES/hashicorp.asc"
gpg --verify "terraform_${TF}_SHA256SUMS.sig" "terraform_${TF}_SHA256SUMS"
sha256sum --ignore-missing -c "terraform_${TF}_SHA256SUMS"
unzip -o "terraform_${TF}_linux_amd64.zip" terraform
sudo install -m 755 terraform /usr/local/bin/
terraform -install-autocomplete || true
