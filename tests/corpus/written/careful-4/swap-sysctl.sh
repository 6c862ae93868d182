#!/bin/bash
# expect: none
set -euo pipefail
if ! swapon --show | grep -q /swapfile; then
  fallocate -l 4G /swapfile
  chmod 600 /swapfile
  mkswap /swapfile
  swapon /swapfile
  echo '/swapfile none swap sw 0 0' >> /etc/fstab
fi
for kv in vm.swappiness=10 net.core.somaxconn=1024; do
  key=${kv%%=*}; val=${kv#*=}
  sysctl -w "$key=$val"
  echo "$key = $val" >> /etc/sysctl.d/99-dev.conf
done
mkdir -p /etc/security/limits.d
printf '%s\n' '* soft nofile 65536' '* hard nofile 65536' > /etc/security/limits.d/dev.conf
