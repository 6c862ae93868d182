# dvm-enter DVM_USER DIRECTORY ENV_ID COLORTERM [COMMAND...]
#
# Runs in the guest, as root. Becomes DVM_USER, in DIRECTORY, with an environment of its own, and runs COMMAND by way
# of a login shell, or that shell itself. ENV_ID names the pipe in which dvm-env leaves further variables; empty: none.
# Standard input and the exit status are those of the command; 128 and the number of the signal that ended it.
#
# Exit status: the command's; 92 no such user; 93 the variables did not arrive.
set -Eeuo pipefail
user=$1 directory=$2 env_id=$3 colour=$4
shift 4
if ! entry=$(getent passwd "$user") || [[ $entry != "$user":* ]]; then
  echo "dvm: there is no user $user in this guest" >&2
  exit 92
fi
IFS=: read -r _ _ uid gid _ home shell <<<"$entry"
if [[ $uid == 0 ]]; then
  echo "dvm: user $user is root" >&2
  exit 92
fi

# The terminal is the login user's or root's: tmux and gpg open it by its name.
if [[ -t 0 ]]; then
  chown -- "$user" "$(tty)" 2>/dev/null || true
fi

if [[ -n $env_id ]]; then
  pipe=/run/dvm/env.$env_id
  for ((i = 0; i < 300; i++)); do
    [[ ! -p $pipe ]] || break
    sleep 0.1
  done
  if [[ ! -p $pipe ]]; then
    echo "dvm: the variables did not arrive in the guest" >&2
    exit 93
  fi
  # For reading and writing, so that it does not wait for ever should the other side be gone.
  exec 5<>"$pipe"
  rm -f "$pipe"
fi

# The rest is DVM_USER's: only as that user are its directory entered and its variables set.
# shellcheck disable=SC2016
inner='
  env_id=$1 directory=$2
  shift 2
  if [[ -n $env_id ]]; then
    while :; do
      if ! IFS= read -r -t 30 -d "" pair <&5; then
        echo "dvm: the variables did not arrive in the guest" >&2
        exit 93
      fi
      [[ -n $pair ]] || break
      export "$pair"
    done
    exec 5<&-
  fi
  cd -- "$directory" 2>/dev/null || cd -- "$HOME" 2>/dev/null || cd /
  if (($#)); then
    exec bash -l -c "exec \"\$@\"" bash "$@"
  fi
  exec -l "$SHELL"
'
term=${TERM:-}
for name in $(compgen -e); do
  unset "$name" 2>/dev/null || true
done
export HOME="$home" USER="$user" LOGNAME="$user" SHELL="${shell:-/bin/bash}" LANG=C.UTF-8
export PATH=/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin
[[ -z $term ]] || export TERM="$term"
[[ -z $colour ]] || export COLORTERM="$colour"
[[ ! -d /run/user/$uid ]] || export XDG_RUNTIME_DIR="/run/user/$uid"
cd /
umask 022
become "$user"
# Of one package with runuser; BusyBox has another.
if [[ ${via[0]} == runuser ]] && type -P setpriv >/dev/null; then
  via=(setpriv --reuid="$uid" --regid="$gid" --init-groups --)
fi
# No exec here: of a command that a signal ended, ssh says 255, as of a failure of its own; a shell says 128 and the
# signal's number. What the terminal sends reaches the command by itself, and must not end this shell before it; what
# bash would say of the end goes nowhere.
trap : HUP INT QUIT TERM
exec 6>&2 2>/dev/null
status=0
as_user bash --noprofile --norc -c "$inner" dvm-inner "$env_id" "$directory" "$@" 2>&6 6>&- || status=$?
exit "$status"
