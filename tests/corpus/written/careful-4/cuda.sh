#!/usr/bin/env bash
# expect: none
set -euo pipefail
deb=cuda-keyring_1.1-1_all.deb
url=https://developer.download.nvidia.com/compute/cuda/repos/ubuntu2204/x86_64/$deb
wget -q "$url" -O "/tmp/$deb"
sha256sum -c - <<<"e636c973d999a634277daa3a43db4adb0e7fde4ef22d47c8e833adb29bd2e99f  /tmp/$deb"
sudo dpkg -i "/tmp/$deb"
sudo apt-get update
sudo apt-get install -y cuda-toolkit-12-4=12.4.1-1 libcudnn9-cuda-12=9.1.1.17-1
echo 'export PATH=/usr/local/cuda-12.4/bin:$PATH' | sudo tee /etc/profile.d/cuda.sh
nvidia-smi || echo 'no GPU in this VM'
