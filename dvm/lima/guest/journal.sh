# dvm-journal LINES [UNIT]
#
# Runs in the guest, as root: the log is not DVM_USER's to read. Prints the last LINES of the guest's log, of one unit of
# systemd's or of all; where there is no systemd, of the file that syslog writes.
#
# Exit status, and that of the answer: 94 there is no log; 95 there is none for units.
lines=$1 unit=${2-}
if type -P journalctl >/dev/null; then
  arguments=(--no-pager --quiet --output=short-iso --lines="$lines")
  [[ -z $unit ]] || arguments+=(--unit="$unit")
  status=0
  journalctl "${arguments[@]}" </dev/null || status=$?
  finish "$status"
fi
[[ -z $unit ]] || finish 95
for file in /var/log/messages /var/log/syslog; do
  if [[ -r $file ]]; then
    tail -n "$lines" -- "$file"
    finish 0
  fi
done
finish 94
