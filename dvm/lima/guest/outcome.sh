# dvm-outcome RUN_ID
#
# Runs in the guest, as root. Answers how the run of a setup script ended, by root's record of it: `ended` and its exit
# status, or `unknown`. It is a call of its own, so that its number is in this guest only when the script has ended.
record=/var/lib/dvm/runs/$1
if [[ -e $record ]]; then
  status=$(<"$record")
  # Before records held the status, only runs that ended well had one, and it was empty.
  answer ended "${status:-0}"
else
  answer unknown
fi
finish 0
