# dvm-archive DVM_USER CODE_ROOT
#
# Runs in the guest, as root, and reads as DVM_USER. Writes a tar of all that is below CODE_ROOT to standard output:
# links as links, holes as holes where this guest's tar can. What DVM_USER can't read, and what changes while it is
# read, is a failure. The last line of the answer has the number of bytes that were written and their SHA-256; it goes to
# standard error.
#
# Exit status, and that of the answer: 0; 95 there is no CODE_ROOT; else tar's.
exec 4>&3 3>&2
user=$1 root=$2
# shellcheck disable=SC2016 # it is expanded there
inner='
  set -Eeuo pipefail
  if ! cd -P -- "$1"; then
    echo "dvm: there is no directory $1 in the guest that $USER may enter" >&2
    exit 95
  fi
  options=()
  help=$(tar --help 2>&1) || true
  # GNU tar writes the holes of a file in a form that another tar refuses, and does not take for something else.
  [[ $help != *--sparse* ]] || options=(--format=gnu --sparse)
  # What a restore that was cut off has left.
  [[ $help != *--exclude* ]] || options+=("--exclude=./.dvm-restore.*")
  exec tar -cf - ${options[@]+"${options[@]}"} .
'
export HOME USER=$user
IFS=: read -r _ _ _ _ _ HOME _ < <(getent passwd "$user") || fail "there is no user $user in this guest"
cd /
demand_tools
demand_become "$user"
demand_tar
status=0
# tee opens a pipe by its name, never standard output, which may be a socket.
said=$(as_user "$BASH" --noprofile --norc -c "$inner" dvm-inner "$root" </dev/null 4>&- | tee /dev/fd/5 5>&1 1>&4 | {
  { tee /dev/fd/7 4>&- | sha256sum >&8; } 7>&1 | wc -c >&8
} 8>&1) || status=$?
((status == 0)) || finish "$status"
# The two come in either order.
while IFS=' ' read -r first _; do
  if [[ $first =~ ^[0-9a-f]{64}$ ]]; then sum=$first; else bytes=$first; fi
done <<<"$said"
finish 0 "$bytes $sum"
