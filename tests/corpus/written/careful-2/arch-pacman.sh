# expect: DVM204 warn
#!/usr/bin/env bash
set -euo pipefail
pacman -Syu --noconfirm --needed base-devel git ripgrep fd fzf bat
sed -i 's/^#ParallelDownloads/ParallelDownloads/' /etc/pacman.conf
id builder &>/dev/null || useradd -m builder
install -d -o builder /home/builder/aur
sudo -u builder git clone https://aur.archlinux.org/yay-bin.git /home/builder/aur/yay-bin
cd /home/builder/aur/yay-bin
sudo -u builder git checkout ea5a961bfa3f9574b18b78d7adf4c60a43501173
sudo -u builder makepkg --noconfirm
