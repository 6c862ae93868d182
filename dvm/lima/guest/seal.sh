# dvm-seal
#
# Runs in the guest of a base, as root, as the last thing before it is stopped and cloned. Takes out what no two VMs may
# share, and answers, for each thing that the guest was known by, `identity KIND SHA256`: no clone may have it. What a
# guest needs to get up without (SSH host keys, a machine-id) is made again at the first boot of a clone.
umask 022
demand_tools

identity

# Host keys, without RSA, which takes a minute to make where the guest is emulated, and which no client needs. Some
# systems make them at each boot (cloud-init), others only when they are installed: a unit of ours makes them where nobody
# has before the SSH server starts; without systemd, the server's own service does.
rm -f /etc/ssh/ssh_host_*_key /etc/ssh/ssh_host_*_key.pub
if [[ -d /run/systemd/system ]]; then
  cat >/etc/systemd/system/dvm-hostkeys.service <<'UNIT'
[Unit]
Description=SSH host keys of this VM
DefaultDependencies=no
After=local-fs.target cloud-init.service cloud-init-network.service
Before=ssh.service sshd.service
ConditionPathExistsGlob=!/etc/ssh/ssh_host_*_key

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=-/bin/sh -c 'umask 022; ssh-keygen -q -t ed25519 -N "" -f /etc/ssh/ssh_host_ed25519_key'
ExecStart=-/bin/sh -c 'umask 022; ssh-keygen -q -t ecdsa -N "" -f /etc/ssh/ssh_host_ecdsa_key'

[Install]
WantedBy=multi-user.target ssh.service sshd.service
UNIT
  systemctl -q enable dvm-hostkeys.service || fail "the service that makes new SSH host keys could not be enabled"
fi

# Empty, it is made at boot; missing, a system may take that for its very first boot.
: >/etc/machine-id
[[ -L /var/lib/dbus/machine-id ]] || rm -f /var/lib/dbus/machine-id

# systemd writes one when it stops: a service of the clone mixes in what the host gives it, and it is credited only once.
rm -f /var/lib/systemd/random-seed /var/lib/urandom/random-seed /var/lib/random-seed /var/lib/misc/random-seed
if [[ -d /run/systemd/system ]]; then
  # Stopping it saves the seed: an empty unit in its place for this one shutdown keeps it from that.
  mkdir -p /run/systemd/system/systemd-random-seed.service.d
  printf '[Service]\nExecStop=\n' >/run/systemd/system/systemd-random-seed.service.d/dvm.conf
  systemctl -q daemon-reload || true
fi

# Histories of shells, and leases and ids of the network.
homes=(/root)
while IFS=: read -r _ _ _ _ _ home _; do
  [[ $home == /home/* ]] && homes+=("$home")
done < <(getent passwd)
for home in "${homes[@]}"; do
  rm -f -- "$home"/.*_history "$home/.lesshst" "$home/.viminfo" "$home/.wget-hsts" || true
done
for state in /var/lib/dhcp /var/lib/dhcpcd /var/lib/NetworkManager /var/lib/systemd/network /var/lib/systemd/timesync; do
  [[ ! -d $state ]] || find "$state" -mindepth 1 -type f \( -name '*lease*' -o -name '*.lease' -o -name 'secret_key' \
    -o -name 'seen-bssids' -o -name 'timestamps' -o -name 'duid' -o -name '*.duid' -o -name 'clock' \) -delete
done
rm -f /etc/dhcpcd.duid

# What cloud-init remembers of this instance, and the journal.
if [[ -d /var/lib/cloud ]]; then
  rm -rf /var/lib/cloud/instance /var/lib/cloud/instances /var/lib/cloud/data /var/lib/cloud/sem
  rm -f /var/log/cloud-init.log /var/log/cloud-init-output.log
fi
if [[ -d /var/log/journal ]]; then
  # From here on journald keeps what it gets in memory.
  journalctl -q --relinquish-var || journalctl -q --rotate || true
  find /var/log/journal -mindepth 1 -type f -delete
fi
for log in /var/log/wtmp /var/log/btmp /var/log/lastlog; do
  [[ ! -f $log ]] || : >"$log"
done
sync
finish 0
