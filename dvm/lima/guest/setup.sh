# dvm-setup RUN_ID SHA256 SIZE AS DVM_USER NAME=VALUE...
#
# Runs in the guest, as root. Takes SIZE bytes of a setup script from standard input into a file of root's, verifies
# its SHA-256, and runs that file with standard input from /dev/null: a script read from standard input would lose
# the lines that one of its own commands reads. Standard input stays open as a lifeline: when the host's end closes,
# the script is ended, so that nothing goes on in the guest that nobody waits for.
#
# Exit status: the script's; 90 the bytes are not the promised ones; 91 another script still runs; 92 no such user.
set -Eeuo pipefail
umask 022
run_id=$1 digest=$2 size=$3 as=$4 dvm_user=$5
shift 5

ended=/var/lib/dvm/runs
mkdir -p "$ended" /run/dvm
chmod 0700 /var/lib/dvm "$ended"
chmod 0711 /run/dvm

# For root alone: whoever may open a file may lock it, and keep every setup script out.
exec 9>/run/dvm/setup.lock
chmod 0600 /run/dvm/setup.lock
if ! flock -w 60 9; then
  echo "dvm: another setup script is still running in this guest" >&2
  exit 91
fi
if [[ -e $ended/$run_id ]]; then
  echo "dvm: this run had already ended"
  exit 0
fi

case $as in
  root) who=root ;;
  admin) who=${SUDO_USER:-root} ;;
  *) who=$dvm_user ;;
esac
if ! entry=$(getent passwd "$who"); then
  echo "dvm: there is no user $who in this guest" >&2
  exit 92
fi
IFS=: read -r _ _ _ _ _ home shell <<<"$entry"

place=$(mktemp -d /run/dvm/script.XXXXXXXX)
trap 'rm -rf -- "$place"' EXIT
chmod 0711 "$place"
head -c "$size" >"$place/script"
read -r actual _ < <(sha256sum <"$place/script")
if [[ $actual != "$digest" ]]; then
  echo "dvm: the script did not arrive whole (SHA-256 $actual, expected $digest)" >&2
  exit 90
fi
chmod 0444 "$place/script"

# A process that the script leaves behind may hold its output open for ever; the copy in between is ended instead,
# so that the connection can close.
exec 8<&0 7> >(exec cat)
copy=$!
cd "$home" 2>/dev/null || cd /
# Job control would be simpler, but needs a terminal: setsid gives the script a process group to be ended by.
setsid runuser -u "$who" -- env -i \
  HOME="$home" USER="$who" LOGNAME="$who" SHELL="${shell:-/bin/bash}" LANG=C.UTF-8 \
  PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@" \
  bash --noprofile --norc -Eeuo pipefail "$place/script" </dev/null >&7 2>&1 7>&- 8<&- 9>&- &
script=$!
(
  exec 7>&- 9>&-
  cat <&8 >/dev/null || true
  kill -TERM -- "-$script" 2>/dev/null && sleep 5 && kill -KILL -- "-$script" 2>/dev/null
) &
lifeline=$!
exec 8<&- 7>&-

status=0
wait "$script" || status=$?
kill "$lifeline" 2>/dev/null || true
for ((i = 0; i < 20; i++)); do
  kill -0 "$copy" 2>/dev/null || break
  sleep 0.1
done
kill "$copy" 2>/dev/null || true
if ((status == 0)); then
  : >"$ended/$run_id"
  sync "$ended/$run_id" "$ended" 2>/dev/null || sync
  find "$ended" -type f -mtime +90 -delete
fi
exit "$status"
