# expect: DVM204 warn
#!/usr/bin/env bash
set -euo pipefail
sudo dnf install -y podman slirp4netns fuse-overlayfs
user=$(id -un)
if ! grep -q "^${user}:" /etc/subuid; then
  sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 "$user"
fi
loginctl enable-linger "$user"
mkdir -p ~/.config/containers
cat > ~/.config/containers/registries.conf <<'EOF'
unqualified-search-registries = ["docker.io", "quay.io"]
EOF
systemctl --user enable --now podman.socket
