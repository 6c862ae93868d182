# expect: DVM203 DVM202
set -euo pipefail
cd /usr/local/src
wget -q https://download.redis.io/redis-stable.tar.gz
tar -xzf redis-stable.tar.gz
cd redis-stable
make
sudo make install
