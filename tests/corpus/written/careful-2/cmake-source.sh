# expect: DVM204 warn
#!/usr/bin/env bash
set -euo pipefail
sudo apt-get -y install g++ make libssl-dev
src=/usr/local/src/cmake
[ -d "$src" ] || sudo git clone --filter=blob:none https://gitlab.kitware.com/cmake/cmake.git "$src"
cd "$src"
sudo git checkout 34da68e3429cb8f3501e54ead1adb65014051127
sudo ./bootstrap --prefix=/usr/local --parallel="$(nproc)"
sudo make -j"$(nproc)"
sudo make install
