# expect: none
set -euo pipefail
python3 -m pip install --user --break-system-packages pipx==1.6.0
~/.local/bin/pipx install platformio==6.1.15
~/.local/bin/pio pkg install -g -p espressif32@6.7.0
dvm-fetch https://raw.githubusercontent.com/platformio/platformio-core/v6.1.15/platformio/assets/system/99-platformio-udev.rules \
  2c6b30cdaba68ba88cebfe414e79aec882c75d9aede416e661046f62c8dbb8b3 /tmp/99-platformio-udev.rules
sudo install -m 644 -o root -g root /tmp/99-platformio-udev.rules /etc/udev/rules.d/
sudo udevadm control --reload-rules
