# expect: none
set -euo pipefail
VERSION=7.2.5
WORK=/usr/local/src
cd $WORK
curl -fsSO https://download.redis.io/releases/redis-$VERSION.tar.gz
echo "34fb46c847bb9df96e5205a39d382f648a6e8dce1e014cd85b4ca6a88d88ed03 redis-$VERSION.tar.gz" > redis.sha256
sha256sum -c redis.sha256
tar xf redis-$VERSION.tar.gz
make -C redis-$VERSION -j"$(nproc)" BUILD_TLS=yes
make -C redis-$VERSION install PREFIX=/usr/local
useradd --system --home /var/lib/redis --shell /usr/sbin/nologin redis 2>/dev/null || :
install -d -o redis -g redis -m 750 /var/lib/redis
cat > /etc/systemd/system/redis.service <<'UNIT'
[Unit]
Description=Redis
After=network.target
[Service]
User=redis
ExecStart=/usr/local/bin/redis-server --bind 127.0.0.1 --dir /var/lib/redis --save ""
Restart=on-failure
[Install]
WantedBy=multi-user.target
UNIT
systemctl daemon-reload
systemctl enable --now redis
