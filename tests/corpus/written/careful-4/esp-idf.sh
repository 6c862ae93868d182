#!/bin/bash
# expect: none
set -euo pipefail
sudo apt-get install -y git wget flex bison gperf python3-venv cmake ninja-build ccache libffi-dev libssl-dev dfu-util libusb-1.0-0
mkdir -p ~/esp && cd ~/esp
[ -d esp-idf ] || git clone --no-checkout https://github.com/espressif/esp-idf.git
cd esp-idf
git checkout 4f620eaea6306b01391fddd91c3e5b4d6700c808
git submodule update --init --recursive
./install.sh esp32,esp32s3
echo "alias get_idf='. $HOME/esp/esp-idf/export.sh'" >> ~/.bash_aliases
sudo usermod -aG dialout "$USER"
cat <<'RULES' | sudo tee /etc/udev/rules.d/99-esp.rules
SUBSYSTEM=="tty", ATTRS{idVendor}=="303a", MODE="0660", GROUP="dialout"
RULES
