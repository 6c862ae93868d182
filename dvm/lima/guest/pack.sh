# dvm-pack DVM_USER DIRECTORY RECURSIVE PATH
#
# Runs in the guest, as root, and reads as DVM_USER. Writes a tar of PATH (relative to DIRECTORY) to standard output:
# ./NAME of a file, or, if RECURSIVE is 1, . and all that is below it of a directory. The last line of the answer has
# the SHA-256 of all that was written; it goes to standard error.
exec 4>&3 3>&2
user=$1
shift
demand_firewall || exit 1
# shellcheck disable=SC2016
inner='
  set -Eeuo pipefail
  cd -- "$1" 2>/dev/null || cd -- "$HOME"
  case $3 in "") path=. ;; "~" | "~/"*) path=$HOME${3#\~} ;; *) path=$3 ;; esac
  options=()
  ! tar --help 2>/dev/null | grep -q -- --hard-dereference || options=(--hard-dereference)
  if [[ -d $path ]]; then
    if [[ $2 != 1 ]]; then
      echo "dvm: $path is a directory; give -r to copy it" >&2
      exit 94
    fi
    cd -- "$path"
    exec tar -cf - ${options[@]+"${options[@]}"} .
  fi
  if [[ ! -f $path ]]; then
    echo "dvm: there is no file $path in the guest" >&2
    exit 95
  fi
  case $path in */*) cd -- "${path%/*}/" ;; esac
  exec tar -chf - "./${path##*/}"
'
export HOME
IFS=: read -r _ _ _ _ _ HOME _ < <(getent passwd "$user") || fail "there is no user $user in this guest"
cd /
demand_become "$user"
status=0
# tee opens a pipe by its name, never standard output, which may be a socket.
sum=$(as_user "$BASH" --noprofile --norc -c "$inner" dvm-inner "$@" </dev/null 4>&- | tee /dev/fd/5 5>&1 1>&4 |
  sha256sum) || status=$?
((status == 0)) || finish "$status"
finish 0 "${sum%% *}"
