# dvm-bootstrap DVM_USER SUDO SUBUID_COUNT SUBGID_COUNT CODE_DIR
#
# Runs in the guest, as root. Makes DVM_USER, gives or takes its sudo (SUDO is 0 or 1), gives it as many subordinate
# ids as asked, puts dvm-fetch in place, makes its code directory (empty: none, as in a base), and sets up what the guest
# may reach, as network.sh says. Run again, it changes only what differs.
#
# Answers `firewall` and with which tool it is in force, `off`, or `none` and why it can't be had.
umask 022
user=$1 sudo=$2 subuid=$3 subgid=$4 code_dir=$5
read_records

demand_tools
[[ $user != root && $user != "${SUDO_USER:-}" ]] ||
  fail "user \"$user\" is the guest's administrator; choose another name for DVM_USER"

if entry=$(getent passwd "$user"); then
  IFS=: read -r _ _ uid _ <<<"$entry"
  ((uid >= 1000)) || fail "user \"$user\" is a system account of this guest; choose another name for DVM_USER"
elif command -v useradd >/dev/null; then
  useradd --create-home --home-dir "/home/$user" --shell /bin/bash --user-group "$user"
else
  adduser -D -h "/home/$user" -s /bin/bash "$user"
fi
getent passwd "$user" >/dev/null || fail "user \"$user\" could not be made"

# sudo: one file of ours, and no group that brings it.
rule=/etc/sudoers.d/90-dvm-user
if [[ $sudo == 1 ]]; then
  echo "$user ALL=(ALL:ALL) NOPASSWD: ALL" >"$rule.new"
  chmod 0440 "$rule.new"
  visudo -cqf "$rule.new" || fail "sudo does not accept the rule for \"$user\""
  mv -f "$rule.new" "$rule"
else
  rm -f "$rule"
  groups=" $(id -nG "$user") "
  for group in sudo wheel admin; do
    [[ $groups == *" $group "* ]] || continue
    if command -v gpasswd >/dev/null; then
      gpasswd -d "$user" "$group"
    else
      delgroup "$user" "$group"
    fi
    [[ " $(id -nG "$user") " != *" $group "* ]] || fail "user \"$user\" could not be taken out of $group"
  done
fi

# Subordinate ids: FILE has NAME:START:COUNT. A range that has the right size stays where it is, since containers'
# files belong to its ids; another one moves behind everybody else's only where it would overlap.
subordinate() {
  local file=$1 count=$2
  touch "$file"
  awk -F: -v user="$user" -v count="$count" '
    $1 == user { if (start == "") start = $2; next }
    { print; line[++n] = $0; from[n] = $2; to[n] = $2 + $3; if (to[n] > end) end = to[n] }
    END {
      if (count == 0) exit
      if (end < 100000) end = 100000
      if (start == "") start = end
      for (i = 1; i <= n; i++) if (start < to[i] && from[i] < start + count) { start = end; break }
      print user ":" start ":" count
    }' "$file" >"$file.dvm"
  if cmp -s "$file" "$file.dvm"; then
    rm -f "$file.dvm"
  else
    chmod 0644 "$file.dvm"
    mv -f "$file.dvm" "$file"
  fi
}
subordinate /etc/subuid "$subuid"
subordinate /etc/subgid "$subgid"

# dvm-fetch, for setup scripts: a download that keeps only what has the checksum. Others' PATH finds it, root alone
# changes it.
bin=/usr/local/bin
mkdir -p "$bin"
if [[ "$(cat "$bin/dvm-fetch" 2>/dev/null)" != "#!/bin/sh
$dvm_fetch" ]]; then
  printf '#!/bin/sh\n%s\n' "$dvm_fetch" >"$bin/.dvm-fetch.new"
  chown 0:0 "$bin/.dvm-fetch.new"
  chmod 0755 "$bin/.dvm-fetch.new"
  mv -f "$bin/.dvm-fetch.new" "$bin/dvm-fetch"
fi

# As the user itself: what lies in its home is not to be trusted by root (a link to /etc, say).
demand_become "$user" "$code_dir"

write_variables
write_proxy
set_firewall
finish 0
