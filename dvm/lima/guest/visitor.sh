# find_visitor USER: entry, uid, gid, home and login_shell of DVM_USER, who is there and is not root; else exit 92. It gets
# nowhere while a firewall that should hold it is not in force: exit 94.
find_visitor() {
  local all
  demand_firewall || exit 94
  # Read here where it can be, in one piece: each program that is started takes its time, and so does each line.
  IFS= read -r -d '' all </etc/passwd || true
  if [[ $'\n'$all =~ $'\n'("$1":[^$'\n']*) ]]; then
    entry=${BASH_REMATCH[1]}
  elif ! entry=$(getent passwd "$1") || [[ $entry != "$1":* ]]; then
    echo "dvm: there is no user $1 in this guest" >&2
    exit 92
  fi
  IFS=: read -r _ _ uid gid _ home login_shell <<<"$entry"
  if [[ $uid == 0 ]]; then
    echo "dvm: user $1 is root" >&2
    exit 92
  fi
}
