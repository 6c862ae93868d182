#!/usr/bin/env bash
# Part of the test corpus: the checksums are made up.
# Docker from Docker's own repository, its key verified, rootless for DVM_USER.
set -Eeuo pipefail

KEY_SHA256=1500c1f56fa9e26b9b8f42452a553675796ade0807cdce11975eb98170b3a570
DOCKER_VERSION=5:27.3.1-1~debian.12~bookworm

sudo apt-get update -qq
sudo apt-get install -y -qq ca-certificates=20230311 curl=7.88.1-10+deb12u8 uidmap=1:4.13+dfsg1-1+b1

sudo install -m 0755 -d /etc/apt/keyrings
sudo curl -fsSL https://download.docker.com/linux/debian/gpg -o /etc/apt/keyrings/docker.asc
echo "$KEY_SHA256 /etc/apt/keyrings/docker.asc" | sha256sum -c -
sudo chmod a+r /etc/apt/keyrings/docker.asc

. /etc/os-release
echo "deb [arch=$(dpkg --print-architecture) signed-by=/etc/apt/keyrings/docker.asc] https://download.docker.com/linux/debian $VERSION_CODENAME stable" |
  sudo tee /etc/apt/sources.list.d/docker.list >/dev/null

sudo apt-get update -qq
sudo apt-get install -y "docker-ce=$DOCKER_VERSION" "docker-ce-cli=$DOCKER_VERSION" docker-ce-rootless-extras="$DOCKER_VERSION" containerd.io=1.7.23-1
sudo systemctl disable --now docker.service docker.socket

sudo loginctl enable-linger "$DVM_USER"
sudo -iu "$DVM_USER" env XDG_RUNTIME_DIR="/run/user/$(id -u "$DVM_USER")" dockerd-rootless-setuptool.sh install
