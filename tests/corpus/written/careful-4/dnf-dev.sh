#!/usr/bin/env bash
# expect: none
set -euo pipefail
sudo dnf -y --setopt=install_weak_deps=False install \
  gcc-14.1.1-7.fc40 make-4.4.1-6.fc40 git-2.45.2-2.fc40 vim-enhanced-9.1.452-1.fc40
sudo dnf config-manager --set-disabled updates-testing
sudo dnf clean all
for user_dir in src bin .cache; do
  mkdir -p "$HOME/$user_dir"
done
