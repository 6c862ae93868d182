#!/usr/bin/env bash
# expect: none
set -euo pipefail
# an archive snapshot pins everything
echo 'Server=https://archive.archlinux.org/repos/2024/06/30/$repo/os/$arch' | sudo tee /etc/pacman.d/mirrorlist
sudo pacman -Syyu --noconfirm
sudo pacman -S --needed --noconfirm base-devel git neovim
cd "$(mktemp -d)"
git clone https://aur.archlinux.org/paru.git
cd paru
git checkout -q 58def72ec9dd322f5b93c2dd46ad170b81711899
makepkg -si --noconfirm
