# expect: DVM202
set -euo pipefail
export INSTALL_K3S_VERSION=v1.30.2+k3s1
curl -sfL https://get.k3s.io | sh -
mkdir -p ~/.kube
sudo cp /etc/rancher/k3s/k3s.yaml ~/.kube/config
sudo chown "$USER" ~/.kube/config
