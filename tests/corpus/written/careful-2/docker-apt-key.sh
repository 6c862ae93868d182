# expect: DVM204 warn
#!/usr/bin/env bash
set -euo pipefail
install -m 0755 -d /etc/apt/keyrings
key=/etc/apt/keyrings/docker.asc
curl -fsSL https://download.docker.com/linux/ubuntu/gpg -o "$key.new"
echo "1500c1f56fa9e26b9b8f42452a553675796ade0807cdce11975eb98170b3a570  $key.new" | sha256sum -c -
mv "$key.new" "$key"
chmod a+r "$key"
. /etc/os-release
cat >/etc/apt/sources.list.d/docker.list <<EOF
deb [arch=$(dpkg --print-architecture) signed-by=$key] https://download.docker.com/linux/ubuntu $VERSION_CODENAME stable
EOF
apt-get update
apt-get install -y docker-ce docker-ce-cli containerd.io docker-buildx-plugin
