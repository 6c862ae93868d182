# dvm-renew
#
# Runs in the guest of a clone, as root, at its first start. Whatever the base was sealed from: a machine-id or a host
# key that is older than this boot is the base's, and is made anew. Answers `identity KIND SHA256` for each.
umask 022
demand_tools

read -r up _ </proc/uptime
born=$(($(date +%s) - ${up%%.*} - 1))
older() {
  local changed
  changed=$(stat -c %Y -- "$1" 2>/dev/null) || return 0
  ((changed < born))
}

if [[ ! -s /etc/machine-id ]] || older /etc/machine-id; then
  if [[ -x /usr/bin/systemd-machine-id-setup || -x /bin/systemd-machine-id-setup ]]; then
    umount /etc/machine-id 2>/dev/null || true
    rm -f /etc/machine-id
    systemd-machine-id-setup
  else
    tr -d - </proc/sys/kernel/random/uuid >/etc/machine-id
  fi
  [[ -L /var/lib/dbus/machine-id ]] || rm -f /var/lib/dbus/machine-id
fi

renewed=0
for key in /etc/ssh/ssh_host_*_key; do
  [[ -f $key ]] || continue
  ! older "$key" || { rm -f -- "$key" "$key.pub" && renewed=1; }
done
if ((renewed)) || ! compgen -G '/etc/ssh/ssh_host_*_key' >/dev/null; then
  for kind in ed25519 ecdsa; do
    key=/etc/ssh/ssh_host_${kind}_key
    [[ -f $key ]] || (umask 022 && ssh-keygen -q -t "$kind" -N '' -f "$key") || fail "no SSH host key could be made"
  done
  # The server that runs has the old ones in memory.
  for server in ssh sshd; do
    if [[ -d /run/systemd/system ]]; then
      systemctl -q reload "$server.service" 2>/dev/null || true
    elif command -v rc-service >/dev/null; then
      rc-service "$server" reload >/dev/null 2>&1 || true
    fi
  done
fi

identity
finish 0
