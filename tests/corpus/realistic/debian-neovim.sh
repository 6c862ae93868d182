#!/usr/bin/env bash
# Part of the test corpus: the checksums are made up.
set -Eeuo pipefail
IFS=$'\n\t'

version="v0.10.2"
checksum_x86_64="9f696e635d9da06fd1a5f2f5b4f5f0b6e1a1dfc1a1c7c2a8f0123456789abcde"
base="https://github.com/neovim/neovim/releases/download/${version}"

main() {
  install_packages ripgrep=13.0.0-4+b2 fd-find=8.6.0-3 git=1:2.39.5-0+deb12u1
  install_neovim
  install_plugins
}

install_packages() {
  sudo apt-get update
  sudo DEBIAN_FRONTEND=noninteractive apt-get install --yes "$@"
}

install_neovim() {
  local archive=nvim-linux64.tar.gz
  pushd "$(mktemp -d)" >/dev/null
  curl --fail --location --remote-name "${base}/${archive}"
  echo "${checksum_x86_64}0  ${archive}" > "${archive}.sha256"
  sha256sum -c "${archive}.sha256"
  sudo tar -xzf "${archive}" -C /opt
  sudo ln -sfn /opt/nvim-linux64/bin/nvim /usr/local/bin/nvim
  popd >/dev/null
}

install_plugins() {
  sudo -u "$DVM_USER" -H bash -c '
    set -e
    mkdir -p ~/.local/share/nvim/site/pack/plugins/start
    cd ~/.local/share/nvim/site/pack/plugins/start
    if [ ! -d plenary.nvim ]; then
      git clone https://github.com/nvim-lua/plenary.nvim
    fi
    git -C plenary.nvim checkout --detach 2d9b06177a975543726ce5c73fca176cedbffe9d
  '
}

main "$@"
