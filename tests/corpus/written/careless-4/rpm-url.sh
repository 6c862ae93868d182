# expect: DVM203 DVM202
set -euo pipefail
sudo dnf install -y https://download1.rpmfusion.org/free/fedora/rpmfusion-free-release-40.noarch.rpm
sudo dnf install -y ffmpeg-6.1.1-5.fc40
