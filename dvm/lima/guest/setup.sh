# dvm-setup RUN_ID SHA256 SIZE FILES AS DVM_USER NAME=VALUE...
#
# Runs in the guest, as root. Takes SIZE bytes of a setup script from standard input into a file of root's, verifies
# its SHA-256, and runs that file with standard input from /dev/null: a script read from standard input would lose
# the lines that one of its own commands reads. FILES companion files follow, each behind `SIZE SHA256 NAME` and a NUL;
# they are verified too, and lie in $DVM_FILES while the script runs. Standard input stays open as a lifeline: when the
# host's end closes, the script is ended, so that nothing goes on in the guest that nobody waits for.
#
# Where the script failed, as its own shell says, is answered in lines `at STATUS SUBSHELLS FRAME...`, in order of time: a
# frame is s:LINE in the script, fN:LINE in companion file N, o:LINE elsewhere, the innermost first. It is no more
# believed than what the script prints.
#
# Exit status, and that of the answer: the script's, which is root's record of this run from then on; 90 the bytes are
# not the promised ones; 91 another script still runs; 92 no such user; 93 the script was not begun; 94 the firewall is not
# in force.
umask 022
run_id=$1 digest=$2 size=$3 files=$4 as=$5 dvm_user=$6
shift 6
demand_tools
demand_firewall || finish 94

ended=/var/lib/dvm/runs
mkdir -p "$ended" /run/dvm
chmod 0700 /var/lib/dvm "$ended"
chmod 0711 /run/dvm

# For root alone: whoever may open a file may lock it, and keep every setup script out.
exec 9>/run/dvm/setup.lock
chmod 0600 /run/dvm/setup.lock
# BusyBox's flock does not wait for a while.
for ((i = 0; ; i++)); do
  ! flock -n 9 || break
  if ((i == 60)); then
    echo "dvm: another setup script is still running in this guest" >&2
    finish 91
  fi
  sleep 1
done
if [[ -e $ended/$run_id ]]; then
  status=$(<"$ended/$run_id")
  if ((${status:-0} == 0)); then
    echo "dvm: this run had already ended"
    finish 0
  fi
  rm -f -- "$ended/$run_id"
fi

case $as in
  root) who=root ;;
  admin) who=${SUDO_USER:-root} ;;
  *) who=$dvm_user ;;
esac
if ! entry=$(getent passwd "$who") || [[ $entry != "$who":*:*:*:*:/*:* ]]; then
  echo "dvm: there is no user $who in this guest" >&2
  finish 92
fi
IFS=: read -r _ _ _ _ _ home shell <<<"$entry"
demand_become "$who"

# What a run left behind that was killed together with this program; under the lock no other one runs.
rm -rf -- /run/dvm/script.*
place=$(mktemp -d /run/dvm/script.XXXXXXXX)
trap 'rm -rf -- "$place"' EXIT
chmod 0711 "$place"

# take SIZE SHA256 FILE WHAT: what comes next on standard input, and not a byte more. BusyBox's head reads ahead.
take() {
  local said actual
  : >"$3"
  if (($1)); then
    said=$(dd bs="$1" count=1 iflag=fullblock of="$3" 2>&1) || echo "$said" >&2
  fi
  read -r actual _ < <(sha256sum <"$3")
  if [[ $actual != "$2" ]]; then
    echo "dvm: $4 did not arrive whole (SHA-256 $actual, expected $2)" >&2
    finish 90
  fi
  chmod 0444 "$3"
}
take "$size" "$digest" "$place/script" "the script"
mkdir -m 0755 "$place/files"
names=()
for ((i = 0; i < files; i++)); do
  if ! IFS=' ' read -r -d '' size digest name || [[ -z $name || $name == */* || $name == . || $name == .. ]]; then
    echo "dvm: the companion files did not arrive whole" >&2
    finish 90
  fi
  take "$size" "$digest" "$place/files/$name" "the companion file $name"
  names+=("$name")
done

# The script's shell reads this first: a trap leaves $0, line numbers and arguments as they are, and a script that sets
# its own has that instead. It writes to a file, since programs of the script would inherit a descriptor. Where errexit
# is off a failure ends nothing.
: >"$place/where"
chmod 0622 "$place/where"
# On one line, since Bash counts the lines of a trap too. Not `&&`, which changes $? for what comes after.
say='builtin printf "%s\0" "$?" "$BASH_SUBSHELL" "${#BASH_LINENO[@]}" "$LINENO" "${BASH_LINENO[@]}" "${BASH_SOURCE[@]}"'
printf '%s\n' 'unset BASH_ENV' "trap '{ case \$- in *e*) $say ;; esac >>$place/where; } 2>/dev/null || :' ERR" >"$place/first"
chmod 0444 "$place/first"

# at SOURCE LINE: a frame.
at() {
  local i
  [[ $2 =~ ^[0-9]{1,7}$ ]] || return 1
  if [[ $1 == "$place/script" ]]; then
    printf 's:%s' "$2"
    return
  fi
  for i in "${!names[@]}"; do
    if [[ $1 == "$place/files/${names[i]}" ]]; then
      printf 'f%s:%s' "$i" "$2"
      return
    fi
  done
  printf 'o:%s' "$2"
}

# Everybody can write to that file: what is no number is not counted with.
tell_where() {
  local at=0 depth i frames
  while ((at + 3 < ${#said[@]})); do
    depth=${said[at + 2]}
    [[ ${said[at]} =~ ^[0-9]{1,3}$ && ${said[at + 1]} =~ ^[0-9]{1,3}$ && $depth =~ ^[1-9][0-9]{0,2}$ ]] || return 0
    ((at + 3 + 2 * depth < ${#said[@]})) || return 0
    frames=()
    for ((i = 0; i < depth && i < 16; i++)); do
      frames+=("$(at "${said[at + 4 + depth + i]}" "${said[at + 3 + i]}")") || return 0
    done
    answer at "${said[at]}" "${said[at + 1]}" "${frames[@]}"
    at=$((at + 4 + 2 * depth))
  done
}

# The script's shell says that it begins: a setsid or an env that does nothing ends well too.
mkfifo -m 0600 "$place/begun"
exec 6<>"$place/begun"
# shellcheck disable=SC2016 # it is expanded there
begin='echo begun >&6; BASH_ENV=$2 exec "$BASH" --noprofile --norc -Eeuo pipefail "$1" 6>&-'

# A process that the script leaves behind may hold its output open for ever; the copy in between is ended instead,
# so that the connection can close.
exec 8<&0 7> >(exec cat 3>&- 6>&- 9>&-)
copy=$!
cd "$home" 2>/dev/null || cd /
given=()
[[ ! -r /etc/dvm/environment ]] || mapfile -t given </etc/dvm/environment
# Job control would be simpler, but needs a terminal: setsid gives the script a process group to be ended by.
setsid "${via[@]}" env -i \
  HOME="$home" USER="$who" LOGNAME="$who" SHELL="${shell:-/bin/bash}" LANG=C.UTF-8 \
  PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin DVM_FILES="$place/files" "${given[@]}" "$@" \
  "$BASH" --noprofile --norc -c "$begin" bash "$place/script" "$place/first" </dev/null >&7 2>&1 3>&- 7>&- 8<&- 9>&- &
script=$!
(
  exec 3>&- 6>&- 7>&- 9>&-
  IFS= read -r -d "" _ <&8 || true
  kill -TERM -- "-$script" 2>/dev/null && sleep 5 && kill -KILL -- "-$script" 2>/dev/null
  rm -rf -- "$place"
) &
lifeline=$!
exec 8<&- 7>&-

status=0
wait "$script" || status=$?
# Before the lifeline is ended: a process that is killed as it begins runs the trap that takes this directory away.
said=()
while ((status && ${#said[@]} < 4096)) && IFS= read -r -d '' field; do
  said+=("$field")
done < <(head -c 65536 "$place/where")
kill "$lifeline" 2>/dev/null || true
for ((i = 0; i < 20; i++)); do
  kill -0 "$copy" 2>/dev/null || break
  sleep 0.1
done
kill "$copy" 2>/dev/null || true
if ! IFS= read -r -t 1 begun <&6 || [[ $begun != begun ]]; then
  echo "dvm: the script was not begun (status $status); the setsid, ${via[0]} or env of this guest does not work" >&2
  finish 93
fi
printf '%s\n' "$status" >"$ended/.$run_id"
sync "$ended/.$run_id" 2>/dev/null || sync
mv -f -- "$ended/.$run_id" "$ended/$run_id"
sync "$ended" 2>/dev/null || sync
find "$ended" -type f -mtime +90 -delete || true
((status == 0)) || tell_where 2>/dev/null || true
finish "$status"
