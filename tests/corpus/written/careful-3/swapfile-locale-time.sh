# expect: none
set -euo pipefail
if ! swapon --show | grep -q /swapfile; then
  sudo fallocate -l 2G /swapfile
  sudo chmod 600 /swapfile
  sudo mkswap /swapfile
  sudo swapon /swapfile
  echo '/swapfile none swap sw 0 0' | sudo tee -a /etc/fstab
fi
sudo localectl set-locale LANG=en_US.UTF-8
sudo timedatectl set-timezone Europe/Berlin
sudo sysctl -w fs.inotify.max_user_watches=524288
printf 'fs.inotify.max_user_watches=524288\n' | sudo tee /etc/sysctl.d/60-inotify.conf
readarray -t users < <(getent passwd | awk -F: '$3 >= 1000 && $3 < 60000 { print $1 }')
printf 'users: %s\n' "${users[@]}"
