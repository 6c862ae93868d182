# expect: none
set -euo pipefail
sudo dnf -y install podman-5.1.1-1.fc40 buildah-1.36.0-1.fc40 skopeo-1.15.1-1.fc40
mkdir -p ~/.config/containers
cat > ~/.config/containers/registries.conf <<'EOF'
unqualified-search-registries = ["docker.io", "quay.io"]
short-name-mode = "enforcing"
EOF
podman pull docker.io/library/postgres@sha256:bdc90fe6036ac36757fe34c42a7a8291dda8f44d5d64e9aab4b58d91a5b6e77c
podman run -d --name db -p 127.0.0.1:5432:5432 -e POSTGRES_HOST_AUTH_METHOD=trust \
  docker.io/library/postgres@sha256:bdc90fe6036ac36757fe34c42a7a8291dda8f44d5d64e9aab4b58d91a5b6e77c
podman generate systemd --new --name db > ~/.config/systemd/user/db.service
systemctl --user daemon-reload
systemctl --user enable db.service
