# dvm-git DVM_USER DIRECTORY SERVICE REPOSITORY
#
# Runs in the guest, as root. Becomes DVM_USER, in DIRECTORY, and serves one git session on standard input and output:
# SERVICE is upload-pack or receive-pack. No login shell: what a profile prints would be taken for git's answer. Of the
# environment git gets nothing but what is here.
#
# Exit status: git's; 92 no such user; 94 the firewall is not in force; 127 no git.
set -Eeuo pipefail
user=$1 directory=$2 service=$3 repository=$4
find_visitor "$user"
path=/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin
if ! (PATH=$path && type -P git) >/dev/null; then
  echo "dvm: there is no git on the PATH of this guest ($path); install it there by a setup script" >&2
  exit 127
fi
options=()
protocol=()
if [[ $service == upload-pack ]]; then
  # The host's git says whether it wants a part only.
  options=(-c uploadpack.allowFilter=true)
  protocol=(GIT_PROTOCOL=version=2)
fi
# shellcheck disable=SC2016
inner='
  cd -- "$1" 2>/dev/null || cd -- "$HOME" 2>/dev/null || cd /
  shift
  exec git "$@"
'
cd /
umask 022
become "$user"
exec "${via[@]}" env -i HOME="$home" USER="$user" LOGNAME="$user" SHELL="$BASH" LANG=C.UTF-8 PATH="$path" \
  ${protocol[@]+"${protocol[@]}"} \
  "$BASH" --noprofile --norc -c "$inner" dvm-inner "$directory" ${options[@]+"${options[@]}"} "$service" -- "$repository"
