#!/usr/bin/env bash
# Part of the test corpus: the checksums are made up.
# Node.js from the upstream archive, pnpm through corepack, on Fedora.
set -Eeuo pipefail

readonly NODE_VERSION="22.11.0"
readonly PNPM_VERSION="9.14.2"

case "$(uname -m)" in
  x86_64)
    node_arch="x64"
    node_sha256="4c4f36b1f0a5e8fc0b5e0a1e7d6a6c0b1f4e2d3c5b6a79880123456789abcdef"
    ;;
  aarch64)
    node_arch="arm64"
    node_sha256="9d8c7b6a594837261504fedcba98765432100123456789abcdeffedcba987654"
    ;;
  *)
    echo "unsupported architecture: $(uname -m)" >&2
    exit 1
    ;;
esac

sudo dnf -y --setopt=install_weak_deps=False install git-2.47.0 xz-5.4.6 gcc-c++-14.2.1 make-4.4.1

work="$(mktemp -d)"
cleanup() { rm -rf -- "$work"; }
trap cleanup EXIT

archive="node-v${NODE_VERSION}-linux-${node_arch}.tar.xz"
curl --proto '=https' --tlsv1.2 --fail --silent --show-error --location \
  --output "${work}/${archive}" \
  "https://nodejs.org/dist/v${NODE_VERSION}/${archive}"
echo "${node_sha256}  ${work}/${archive}" | sha256sum --check --strict -

sudo rm -rf /opt/node
sudo mkdir -p /opt/node
sudo tar --extract --xz --file "${work}/${archive}" --directory /opt/node --strip-components 1
for tool in node npm npx corepack; do
  sudo ln -sf "/opt/node/bin/${tool}" "/usr/local/bin/${tool}"
done

sudo corepack enable --install-directory /usr/local/bin
sudo -u "$DVM_USER" -H corepack prepare "pnpm@${PNPM_VERSION}" --activate
sudo -u "$DVM_USER" -H npm config set ignore-scripts true
sudo -u "$DVM_USER" -H npm config set save-exact true

node --version
