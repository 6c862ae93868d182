# dvm-move DVM_USER OLD NEW
#
# Runs in the guest, as root, and works as DVM_USER. The code directory OLD becomes NEW. Run again, it finds it done.
user=$1
shift
# shellcheck disable=SC2016
inner='
  set -Eeuo pipefail
  old=$1 new=$2
  if [[ -e $old || -L $old ]]; then
    # An empty one holds no work.
    if [[ -d $new && ! -L $new ]]; then rmdir -- "$new" 2>/dev/null || :; fi
    if [[ -e $new || -L $new ]]; then
      echo "dvm: $old and $new are both there in the guest: move what is to stay, remove the other" >&2
      exit 96
    fi
    mv -- "$old" "$new"
  fi
  mkdir -p -- "$new"
  [[ -d $new && ! -e $old ]]
'
cd /
demand_become "$user"
status=0
as_user "$BASH" --noprofile --norc -c "$inner" dvm-inner "$@" </dev/null || status=$?
finish "$status"
