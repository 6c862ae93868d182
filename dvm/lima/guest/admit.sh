# dvm-admit KEY_TYPE KEY
#
# Runs in the guest, as root. Lets the holder of that key sign in as root until standard input ends, with no port, agent
# or display forwarded. Prints `ready` when sshd would accept it. What is in root's list of keys otherwise stays as it is.
set -Eeuo pipefail
umask 077
IFS= read -r boot </proc/sys/kernel/random/boot_id
boot=${boot%%-*}
mark=dvm-admit-$$.$boot
line="restrict,pty $1 $2 $mark"
directory=~root/.ssh
file=$directory/authorized_keys
# A list that is kept elsewhere is not ours to write.
[[ ! -L $directory && ! -L $file ]] || exit 1
[[ -f $file || ! -e $file ]] || exit 1
# DVM counts on eight sessions of a connection at once, and two more for itself.
most=$("$(type -P sshd || echo /usr/sbin/sshd)" -T 2>/dev/null | sed -n 's/^maxsessions //p') || most=
[[ ! $most =~ ^[0-9]+$ ]] || ((most >= 10)) || exit 1

# Write the list without the lines of such calls that have ended, and with `line` in front where one is given: the first
# line with a key counts.
renew() {
  local each ended lines=("$@")
  [[ -e $file ]] || exec 3</dev/null
  [[ ! -e $file ]] || exec 3<"$file"
  while IFS= read -r each <&3 || [[ -n $each ]]; do
    ended=${each##*" dvm-admit-"}
    [[ $ended == "$each" || ($ended == *".$boot" && ${ended%%.*} != $$ && -d /proc/${ended%%.*}) ]] || continue
    lines+=("$each")
  done
  exec 3<&-
  if ((${#lines[@]} == 0)) && [[ -z $there ]]; then
    rm -f "$file"
    return
  fi
  ((${#lines[@]} == 0)) || printf '%s\n' "${lines[@]}" >"$file.$mark"
  ((${#lines[@]})) || : >"$file.$mark"
  [[ -z $there ]] || chmod --reference="$file" "$file.$mark" 2>/dev/null || true
  mv -f "$file.$mark" "$file"
}

there=
[[ ! -e $file ]] || there=yes
mkdir -p "$directory"
trap 'rm -f "$file.$mark"; renew' EXIT
trap 'exit 1' HUP INT TERM PIPE
renew "$line"
! type -P restorecon >/dev/null || restorecon -F "$directory" "$file" || true
echo ready
# The host's end of it closes when the host is signed in, and when the host is gone.
read -r -t 60 || true
