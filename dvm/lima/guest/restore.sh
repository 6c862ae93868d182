# dvm-restore DVM_USER CODE_ROOT ID BYTES SHA256 REPLACE
#
# Runs in the guest, as root, and writes as DVM_USER. Takes a tar of BYTES from standard input and puts what is in it
# below CODE_ROOT. It is extracted into a new and empty directory there, so that nothing in it is written through a link
# that was there before; tar itself makes links that lead out of that directory last. Only when all of it has come, with
# this SHA-256, do its parts move to their places: directories are merged, and what the tar has takes the place of
# what is there. No link is followed on the way. Unless REPLACE is 1 nothing moves where that would replace a file that
# is another one: `there` and how many those are, and the first of them as `file`.
#
# A restore of this ID that has ended is not done again.
#
# Exit status, and that of the answer: 0; 90 the bytes are not the promised ones; 95 there is no CODE_ROOT; 96 files
# are there; else that of a tool that failed. Only with 0 has anything been replaced as a whole.
user=$1 root=$2 id=$3 size=$4 digest=$5 replace=$6
demand_tools
done=/var/lib/dvm/restored
mkdir -p "$done"
chmod 0700 "${done%/*}" "$done"
if [[ -e $done/$id ]]; then
  echo "dvm: this restore had already ended"
  finish 0
fi
export HOME
IFS=: read -r _ _ _ _ _ HOME _ < <(getent passwd "$user") || fail "there is no user $user in this guest"
cd /
umask 022
demand_become "$user"
demand_tar

# shellcheck disable=SC2016 # it is expanded there
begin='
  set -Eeuo pipefail
  shopt -s dotglob nullglob
  if ! cd -P -- "$1"; then
    echo "dvm: there is no directory $1 in the guest" >&2
    exit 95
  fi
  # An earlier restore that was cut off. The modes of what it made may keep it from going.
  for old in .dvm-restore.*; do
    [[ -L $old || ! -d $old ]] || chmod -R u+rwX -- "$old"
    rm -rf -- "$old"
  done
  [[ -z $2 ]] || mkdir -m 0700 -- "$2"
'
# shellcheck disable=SC2016
extract='
  set -Eeuo pipefail
  cd -P -- "$1/$2"
  status=0
  tar -xpf - --no-same-owner || status=$?
  # What follows the end of the tar counts in the digest.
  cat >/dev/null
  exit "$status"
'
# shellcheck disable=SC2016
compare='
  set -Eeuo pipefail
  cd -P -- "$1"
  find "$2" -mindepth 1 -print0 | while IFS= read -r -d "" new; do
    old=${new#"$2"/}
    [[ -e $old || -L $old ]] || continue
    if [[ -L $new ]]; then
      [[ ! -L $old || "$(readlink -- "$new"; echo x)" != "$(readlink -- "$old"; echo x)" ]] || continue
    elif [[ -d $new ]]; then
      [[ -L $old || ! -d $old ]] || continue
    elif [[ ! -L $old && -f $old && -f $new ]]; then
      ! cmp -s -- "$new" "$old" || continue
    fi
    printf "%s\0" "$old"
  done
'
# shellcheck disable=SC2016
move='
  set -Eeuo pipefail
  shopt -s dotglob nullglob
  remove() {
    [[ -L $1 || ! -d $1 ]] || chmod -R u+rwX -- "$1"
    rm -rf -- "$1"
  }
  merge() { # FROM TO
    local from=$1 to=$2 entry place mode own batch=()
    mode=$(stat -c %a -- "$from")
    chmod u+rwx -- "$from" "$to"
    for entry in "$from"/*; do
      place=$to/${entry##*/}
      own=
      if [[ -d $entry && ! -L $entry ]]; then
        if [[ -d $place && ! -L $place ]]; then
          merge "$entry" "$place"
          # Nothing is left in it, or this fails.
          rmdir -- "$entry"
          continue
        fi
        [[ ! -e $place && ! -L $place ]] || remove "$place"
        # A directory that may not be written to does not move.
        if [[ ! -w $entry ]]; then
          own=$(stat -c %a -- "$entry")
          chmod u+w -- "$entry"
          mv -f -- "$entry" "$to/"
          chmod "$own" -- "$place"
          continue
        fi
      elif [[ -d $place && ! -L $place ]]; then
        remove "$place"
      fi
      batch+=("$entry")
      if ((${#batch[@]} == 200)); then
        mv -f -- "${batch[@]}" "$to/"
        batch=()
      fi
    done
    ((${#batch[@]} == 0)) || mv -f -- "${batch[@]}" "$to/"
    chmod "$mode" -- "$to"
  }
  cd -P -- "$1"
  merge "$2" .
  rmdir -- "$2"
'
run() { # PROGRAM ARGUMENTS...
  local program=$1
  shift
  as_user "$BASH" --noprofile --norc -c "$program" dvm-inner "$root" "$@"
}

place=.dvm-restore.$id
status=0
run "$begin" "$place" </dev/null || status=$?
((status == 0)) || finish "$status"
trap 'run "$begin" "" </dev/null || true' EXIT
sum=$({ head -c "$size" | tee /dev/fd/6 | run "$extract" "$place" >&2 6>&-; } 6>&1 | sha256sum) || status=$?
if [[ ${sum%% *} != "$digest" ]]; then
  echo "dvm: the archive did not arrive whole" >&2
  finish 90
fi
((status == 0)) || finish 1
if [[ $replace != 1 ]]; then
  mkdir -p /run/dvm
  found=$(mktemp /run/dvm/there.XXXXXXXX)
  run "$compare" "$place" </dev/null >"$found" || status=$?
  count=0
  while IFS= read -r -d '' name; do
    count=$((count + 1))
    if ((count <= 20)); then answer file "$name"; fi
  done <"$found"
  rm -f -- "$found"
  ((status == 0)) || finish "$status"
  if ((count > 0)); then
    answer there "$count"
    finish 96
  fi
fi
run "$move" "$place" </dev/null || status=$?
((status == 0)) || finish "$status"
# Before anybody is told that it is here: the archive may be removed then.
sync
: >"$done/$id"
sync
find "$done" -type f -mtime +90 -delete || true
finish 0
