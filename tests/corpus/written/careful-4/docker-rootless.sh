#!/usr/bin/env bash
# expect: none
set -euo pipefail
expected="B33F78A28A86D594DBB93B71346B6A1EBDD25A7E"
sudo install -m 0755 -d /etc/apt/keyrings
curl -fsSL https://download.docker.com/linux/ubuntu/gpg -o /tmp/docker.asc
actual="$(gpg --with-colons --show-keys /tmp/docker.asc | awk -F: '/^fpr:/ { print $10; exit }')"
[ "$actual" = "$expected" ] || { echo "unexpected key $actual"; exit 1; }
sudo install -m 644 /tmp/docker.asc /etc/apt/keyrings/docker.asc
echo "deb [arch=$(dpkg --print-architecture) signed-by=/etc/apt/keyrings/docker.asc] https://download.docker.com/linux/ubuntu $(. /etc/os-release && echo "$VERSION_CODENAME") stable" \
  | sudo tee /etc/apt/sources.list.d/docker.list > /dev/null
sudo apt-get update
V=5:26.1.4-1~ubuntu.24.04~noble
sudo apt-get install -y docker-ce="$V" docker-ce-cli="$V" containerd.io=1.6.33-1 docker-ce-rootless-extras="$V" uidmap dbus-user-session
sudo systemctl disable --now docker.service docker.socket
dockerd-rootless-setuptool.sh install
systemctl --user enable --now docker
sudo loginctl enable-linger "$(id -un)"
echo 'export DOCKER_HOST=unix:///run/user/$(id -u)/docker.sock' >> ~/.bashrc
