# expect: none
set -euo pipefail
sudo dnf -y makecache
sudo dnf install -y --setopt=install_weak_deps=False git-2.47.0 gcc-14.2.1 make-4.4.1
sudo dnf config-manager --set-enabled crb
if ! rpm -q podman >/dev/null; then sudo dnf install -y podman-5.2.5; fi
systemctl --user enable --now podman.socket
sudo sed -i 's/^SELINUX=.*/SELINUX=enforcing/' /etc/selinux/config
sudo firewall-cmd --permanent --add-port=8080/tcp && sudo firewall-cmd --reload
