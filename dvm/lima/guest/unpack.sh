# dvm-unpack DVM_USER DIRECTORY KIND NAME PATH
#
# Runs in the guest, as root, and writes as DVM_USER. Takes a tar from standard input, of which all is called x: a
# file (KIND is file) or a directory (KIND is directory). It becomes PATH (relative to DIRECTORY), or PATH/NAME where
# PATH is a directory.
set -Eeuo pipefail
user=$1
shift
# shellcheck disable=SC2016
inner='
  set -Eeuo pipefail
  cd -- "$1" 2>/dev/null || cd -- "$HOME"
  kind=$2 name=$3
  case $4 in "" ) path=. ;; "~" | "~/"*) path=$HOME${4#\~} ;; *) path=$4 ;; esac
  if [[ -d $path ]]; then
    path=${path%/}/$name
  elif [[ $path == */ ]]; then
    echo "dvm: there is no directory $path in the guest" >&2
    exit 95
  fi
  case $path in /* | ./*) ;; *) path=./$path ;; esac
  if [[ $kind == directory ]]; then
    mkdir -p -- "$path"
    exec tar -xf - --no-same-owner --strip-components=1 -C "$path"
  fi
  if [[ -d $path ]]; then
    echo "dvm: $path is a directory in the guest" >&2
    exit 95
  fi
  place=$(mktemp -d -- "${path%/*}/.dvm-cp.XXXXXXXX")
  trap "rm -rf -- \"\$place\"" EXIT
  tar -xf - --no-same-owner -C "$place"
  mv -fT -- "$place/x" "$path"
'
export HOME
HOME=$(getent passwd "$user" | cut -d: -f6)
cd /
umask 022
exec runuser -u "$user" -- bash --noprofile --norc -c "$inner" dvm-inner "$@"
