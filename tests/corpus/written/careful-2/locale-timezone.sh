# expect: DVM204 warn
#!/usr/bin/env bash
set -euo pipefail
apt-get install -y locales tzdata
sed -i 's/^# *\(en_US.UTF-8\)/\1/' /etc/locale.gen
locale-gen
update-locale LANG=en_US.UTF-8
timedatectl set-timezone "${TZ_NAME:-Europe/Berlin}"
hostnamectl set-hostname devbox
