# find_visitor USER: entry, uid, gid, home and login_shell of DVM_USER, who is there and is not root; else exit 92. It gets
# nowhere while a firewall that should hold it is not in force: exit 94.
find_visitor() {
  local line
  demand_firewall || exit 94
  entry=
  # Read here where it can be: each program that is started takes its time.
  while IFS= read -r line; do
    [[ $line != "$1:"* ]] || entry=$line
  done </etc/passwd
  if [[ -z $entry ]] && ! entry=$(getent passwd "$1") || [[ $entry != "$1":* ]]; then
    echo "dvm: there is no user $1 in this guest" >&2
    exit 92
  fi
  IFS=: read -r _ _ uid gid _ home login_shell <<<"$entry"
  if [[ $uid == 0 ]]; then
    echo "dvm: user $1 is root" >&2
    exit 92
  fi
}
