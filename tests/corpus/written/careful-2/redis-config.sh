# expect: DVM204 warn
#!/usr/bin/env bash
set -euo pipefail
if ! dpkg -s redis-server >/dev/null 2>&1; then
  apt-get update && apt-get install -y redis-server
fi
pw=$(openssl rand -hex 24)
umask 077
sed -e "s/^# requirepass .*/requirepass $pw/" -e 's/^bind .*/bind 127.0.0.1 ::1/' -i /etc/redis/redis.conf
echo "REDIS_PASSWORD=$pw" > /root/redis.env
systemctl restart redis-server
