#!/usr/bin/env bash
# Part of the test corpus: the checksums are made up.
# Rootless Podman with the docker command as an alias; no daemon, no docker group.
set -Eeuo pipefail

sudo dnf install -y podman-5.2.5 podman-docker-5.2.5 slirp4netns-1.3.1 fuse-overlayfs-1.13
sudo touch /etc/containers/nodocker

uid="$(id -u "$DVM_USER")"
if ! grep -q "^$DVM_USER:" /etc/subuid; then
  echo "$DVM_USER:100000:$DVM_SUBUID_COUNT" | sudo tee -a /etc/subuid >/dev/null
  echo "$DVM_USER:100000:$DVM_SUBGID_COUNT" | sudo tee -a /etc/subgid >/dev/null
fi
sudo loginctl enable-linger "$DVM_USER"

sudo tee /etc/containers/registries.conf.d/10-short.conf >/dev/null <<'EOF'
unqualified-search-registries = ["registry.fedoraproject.org", "docker.io"]
short-name-mode = "enforcing"
EOF

sudo -u "$DVM_USER" XDG_RUNTIME_DIR="/run/user/$uid" bash -c '
  cd ~
  systemctl --user enable --now podman.socket
  podman pull docker.io/library/postgres@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
  podman run --rm registry.fedoraproject.org/fedora:41 true
'
