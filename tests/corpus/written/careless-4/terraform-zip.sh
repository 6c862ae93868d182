# expect: DVM203 DVM202
set -euo pipefail
TF=1.9.0
tmp=$(mktemp -d)
wget -q -P "$tmp" "https://releases.hashicorp.com/terraform/${TF}/terraform_${TF}_linux_amd64.zip"
unzip -q "$tmp/terraform_${TF}_linux_amd64.zip" -d "$tmp"
sudo mv "$tmp/terraform" /usr/local/bin/
rm -rf "$tmp"
