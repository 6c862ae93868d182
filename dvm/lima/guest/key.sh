# dvm-key DVM_USER NAME
#
# Runs in the guest, as root. Makes, once, an ed25519 key of DVM_USER's own, and prints its public half. The private
# half never leaves the guest.
set -Eeuo pipefail
user=$1
# shellcheck disable=SC2016
inner='
  set -Eeuo pipefail
  umask 077
  mkdir -p -- "$HOME/.ssh"
  key=$HOME/.ssh/id_ed25519
  [[ -e $key ]] || ssh-keygen -q -t ed25519 -N "" -C "$1" -f "$key" >&2
  [[ -e $key.pub ]] || ssh-keygen -y -f "$key" >"$key.pub"
  head -c 4096 "$key.pub"
'
export HOME
HOME=$(getent passwd "$user" | cut -d: -f6)
cd /
exec runuser -u "$user" -- bash --noprofile --norc -c "$inner" dvm-inner "$user@$2" </dev/null
