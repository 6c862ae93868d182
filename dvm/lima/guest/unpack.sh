# dvm-unpack DVM_USER DIRECTORY KIND NAME PATH
#
# Runs in the guest, as root, and writes as DVM_USER. Takes a tar from standard input, of which all is called x: a
# file (KIND is file) or a directory (KIND is directory). It becomes PATH (relative to DIRECTORY), or PATH/NAME where
# PATH is a directory.
user=$1
shift
demand_firewall || exit 1
# shellcheck disable=SC2016
inner='
  set -Eeuo pipefail
  cd -- "$1" 2>/dev/null || cd -- "$HOME"
  kind=$2 name=$3
  case $4 in "") path=. ;; "~" | "~/"*) path=$HOME${4#\~} ;; *) path=$4 ;; esac
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
  if [[ ! -d ${path%/*}/ ]]; then
    echo "dvm: there is no directory ${4%/*} in the guest" >&2
    exit 95
  fi
  place=$(mktemp -d -- "${path%/*}/.dvm-cp.XXXXXXXX")
  trap "rm -rf -- \"\$place\"" EXIT
  tar -xf - --no-same-owner -C "$place"
  mv -fT -- "$place/x" "$path"
'
export HOME
IFS=: read -r _ _ _ _ _ HOME _ < <(getent passwd "$user") || fail "there is no user $user in this guest"
cd /
umask 022
demand_become "$user"
status=0
as_user "$BASH" --noprofile --norc -c "$inner" dvm-inner "$@" || status=$?
finish "$status"
