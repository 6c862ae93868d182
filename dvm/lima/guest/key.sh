# dvm-key DVM_USER NAME
#
# Runs in the guest, as root. Makes, once, an ed25519 key of DVM_USER's own, and answers with `key` and its public
# half. The private half never leaves the guest.
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
IFS=: read -r _ _ _ _ _ HOME _ < <(getent passwd "$user") || fail "there is no user $user in this guest"
cd /
demand_become "$user"
line=$(as_user "$BASH" --noprofile --norc -c "$inner" dvm-inner "$user@$2" </dev/null)
answer key "$line"
finish 0
