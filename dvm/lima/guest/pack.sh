# dvm-pack DVM_USER DIRECTORY RECURSIVE PATH
#
# Runs in the guest, as root, and reads as DVM_USER. Writes a tar of PATH (relative to DIRECTORY) to standard output:
# ./NAME of a file, or, if RECURSIVE is 1, . and all that is below it of a directory.
set -Eeuo pipefail
user=$1
shift
# shellcheck disable=SC2016
inner='
  set -Eeuo pipefail
  cd -- "$1" 2>/dev/null || cd -- "$HOME"
  case $3 in "~" | "~/"*) path=$HOME${3#\~} ;; *) path=$3 ;; esac
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
HOME=$(getent passwd "$user" | cut -d: -f6)
cd /
exec runuser -u "$user" -- bash --noprofile --norc -c "$inner" dvm-inner "$@" </dev/null
