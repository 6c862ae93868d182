# expect: DVM204 warn
set -euo pipefail
sudo apt-get install -y podman uidmap slirp4netns fuse-overlayfs
sudo loginctl enable-linger "$DVM_USER"
podman info >/dev/null
