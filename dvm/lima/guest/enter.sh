# dvm-enter DVM_USER DIRECTORY ENV_ID COLORTERM [COMMAND...]
#
# Runs in the guest, as root. Becomes DVM_USER, in DIRECTORY, with an environment of its own, and runs COMMAND by way
# of a login shell, or that shell itself. ENV_ID names the pipe in which dvm-env leaves further variables; empty: none.
# A COMMAND is found as the interactive shell of `dvm sh` finds it: installers put programs on PATH in ~/.bashrc, of
# which a shell that is not interactive reads nothing on Debian. That shell is asked once and its answer kept.
# Standard input and the exit status are those of the command; 128 and the number of the signal that ended it.
#
# Exit status: the command's; 92 no such user; 93 the variables did not arrive; 94 the firewall is not in
# force; 127 no such program.
set -Eeuo pipefail
user=$1 directory=$2 env_id=$3 colour=$4
shift 4
find_visitor "$user"

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
arrive='
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
  unset env_id directory pair
'
# shellcheck disable=SC2016
shell='
  exec -l "$SHELL"
'
# shellcheck disable=SC2016
command='
  # The PATH of an interactive login shell, into REPLY. What was kept of it counts for ten minutes, and while it is
  # younger than each file that such a shell reads. What that shell prints or asks for goes nowhere; it has 5 seconds.
  dvm_path() {
    local kept=$HOME/.cache/dvm/path made="" found="" file now
    printf -v now "%(%s)T" -1
    { IFS= read -r made && IFS= read -r found; } 2>/dev/null <"$kept" || made=""
    for file in /etc/{profile,profile.d,bash.bashrc,bashrc,environment,zsh} \
      "$HOME"/.{bashrc,profile,bash_profile,bash_login,zshenv,zprofile,zshrc,config/fish/config.fish}; do
      [[ ! -e $file || $kept -nt $file ]] || made=""
    done
    if [[ $1 == again || ! $made =~ ^[0-9]{1,12}$ ]] || ((now - made > 600 || made > now)); then
      mkdir -p "${kept%/*}" && env -i HOME="$HOME" USER="$USER" LOGNAME="$USER" SHELL="$SHELL" LANG=C.UTF-8 TERM=dumb \
        PATH=/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin \
        setsid timeout -k 1 5 "$SHELL" -l -i -c "printenv PATH >&9" 9>"$kept.$$"
      found=""
      IFS= read -r found <"$kept.$$"
      [[ $found == /* ]] || found=$PATH
      printf "%s\n" "$now" "$found" >"$kept.$$" && mv -f "$kept.$$" "$kept"
    fi </dev/null >/dev/null 2>&1
    REPLY=${found:-$PATH}
  }
  # Say where a program is that is not on PATH.
  dvm_elsewhere() {
    local place
    for place in "$HOME"/{bin,.*/bin,.*/shims,.local/share/*/bin,.nvm/versions/node/*/bin,.sdkman/candidates/*/current/bin,*/bin} \
      /opt/*/bin /opt/*/*/bin /usr/local/*/bin /snap/bin {/usr/local,/usr,}/sbin; do
      if [[ -f $place/$1 && -x $place/$1 ]]; then
        echo "dvm: there is one at $place/$1: call it so, or put its directory on PATH in ~/.profile" >&2
        return
      fi
    done
    echo "dvm: PATH is $PATH; functions and aliases of a shell are found by dvm sh alone" >&2
  }
  dvm_run() {
    local REPLY
    if [[ $1 != */* ]]; then
      dvm_path ""
      PATH=$REPLY
      if ! type -P -- "$1" >/dev/null; then
        dvm_path again
        PATH=$REPLY
      fi
      if ! type -P -- "$1" >/dev/null; then
        echo "dvm: there is no program $1 on the PATH of $USER in this guest" >&2
        dvm_elsewhere "$1"
        exit 127
      fi
    fi
    exec -- "$@"
  }
  dvm_run "$@"
'
term=${TERM:-}
while IFS= read -r -d '' pair; do
  unset "${pair%%=*}" 2>/dev/null || true
done </proc/self/environ
# Of bash's own making.
unset OLDPWD SHLVL
export HOME="$home" USER="$user" LOGNAME="$user" SHELL="${login_shell:-/bin/bash}" LANG=C.UTF-8
export PATH=/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin
# Root's, as the bootstrap left it: where other VMs and a proxy are reached.
if [[ -r /etc/dvm/environment ]]; then
  while IFS= read -r pair; do
    export "$pair"
  done </etc/dvm/environment
fi
# Without a terminal bash makes it "dumb" for itself where there is none, and sudo "unknown".
[[ $term != dumb || -t 0 ]] || term=unknown
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
# bash would say of the end goes nowhere. A terminal that is gone ends this shell: it leads the session where no sudo
# does, and only with its leader does the kernel send the hangup to the command.
trap : INT QUIT TERM
exec 6>&2 2>/dev/null
status=0
run=("${via[@]}")
if (($#)); then
  run+=(bash -l -c "$arrive$command" dvm-inner "$env_id" "$directory" "$@")
else
  run+=(bash --noprofile --norc -c "$arrive$shell" dvm-inner "$env_id" "$directory")
fi
# Not by as_user: what bash says of an end within a function would be said on the command's own standard error.
"${run[@]}" 2>&6 6>&- || status=$?
exit "$status"
