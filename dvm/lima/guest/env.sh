# dvm-env ENV_ID
#
# Runs in the guest, as root. Takes records NAME=VALUE<NUL>, an empty one last, from standard input and leaves them in
# a pipe of root's for dvm-enter: they stand in no argument and in no file. They are few enough for a pipe to hold.
set -Eeuo pipefail
umask 077
mkdir -p /run/dvm
chmod 0711 /run/dvm
pipe=/run/dvm/env.$1
mkfifo -m 0600 "$pipe.new"
trap 'rm -f -- "$pipe" "$pipe.new"' EXIT
# It gets its name when it is open and full: whoever finds it can read, and can take the name away at once.
exec 6<>"$pipe.new"
cat >&6
mv -- "$pipe.new" "$pipe"
for ((i = 0; i < 600; i++)); do
  [[ -p $pipe ]] || exit 0
  sleep 0.1
done
