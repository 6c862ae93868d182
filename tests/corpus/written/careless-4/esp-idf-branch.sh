# expect: DVM202
set -euo pipefail
mkdir -p ~/esp && cd ~/esp
git clone -b master --recursive https://github.com/espressif/esp-idf.git
cd esp-idf
./install.sh esp32
. ./export.sh
