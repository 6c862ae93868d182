#!/bin/bash
# expect: none
# base of all our VMs
set -euxo pipefail
export DEBIAN_FRONTEND=noninteractive LC_ALL=C
echo 'Acquire::Retries "5";' > /etc/apt/apt.conf.d/80-retries
echo 'APT::Install-Recommends "false";' > /etc/apt/apt.conf.d/81-norecommends
apt-get update
apt-get -y upgrade
pkgs="git=1:2.43.0-1ubuntu7.1 jq=1.7.1-3build1 curl=8.5.0-2ubuntu10.1"
apt-get install -y $pkgs
sed -i 's/^# *\(en_GB.UTF-8\)/\1/; s/^# *\(de_DE.UTF-8\)/\1/' /etc/locale.gen
locale-gen
update-locale LANG=en_GB.UTF-8 LC_TIME=de_DE.UTF-8
timedatectl set-timezone Europe/Berlin
cat > /etc/sysctl.d/60-dev.conf <<X
fs.inotify.max_user_watches = 524288
vm.max_map_count = 262144
X
sysctl --system > /dev/null
apt-get clean
rm -rf /var/lib/apt/lists/*
