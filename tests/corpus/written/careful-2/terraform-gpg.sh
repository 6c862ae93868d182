# expect: DVM204 warn
#!/usr/bin/env bash
set -euo pipefail
FPR=798AEC654E5C15428C8E42EEAA16FCBCA621E701
tmpkey=$(mktemp)
curl -fsSL https://apt.releases.hashicorp.com/gpg -o "$tmpkey"
got=$(gpg --show-keys --with-colons "$tmpkey" | awk -F: '$1=="fpr"{print $10; exit}')
if [ "$got" != "$FPR" ]; then
  echo "unexpected key $got" >&2
  exit 1
fi
gpg --dearmor < "$tmpkey" > /usr/share/keyrings/hashicorp.gpg
echo "deb [signed-by=/usr/share/keyrings/hashicorp.gpg] https://apt.releases.hashicorp.com $(lsb_release -cs) main" > /etc/apt/sources.list.d/hashicorp.list
apt-get update && apt-get install -y terraform
