# The beginning of every program that has to prove its end. The host's words for this very call came in on standard
# input and are in no argument and no variable of the environment: `dvm_number`, which only the last line of the answer
# repeats, and `dvm_challenge`, which tools of the guest are tried with, followed by its SHA-256.
set -Eeuo pipefail
dvm_digest=${dvm_challenge#* } dvm_challenge=${dvm_challenge%% *}

# The answer has a descriptor of its own. What any program prints on standard output is a log, as its errors are.
exec 3>&1 1>&2

fail() {
  echo "dvm: $*" >&2
  exit 1
}

# A line of the answer: fields with tabs between. A name of a file may hold anything.
answer() {
  local IFS=$'\t' fields=("${@//[[:cntrl:]]/?}")
  printf '%s\n' "${fields[*]}" >&3
}

# finish STATUS [DETAIL]: the last line of the answer, and the end. Nothing but this line is a success.
finish() {
  printf '%s %s %s\n' "$0" "$dvm_number" "$*" >&3
  exit "$1"
}

# What the work below rests on does what it is for. A challenge is new in every call: fixed text, and text that was
# right in an earlier call, are found.
demand_tools() {
  local said place
  said=$(printf %s "$dvm_challenge" | cat) || true
  [[ $said == "$dvm_challenge" ]] || fail "the cat of this guest does not work"
  # shellcheck disable=SC2016 # it is expanded there
  said=$(sh -c 'printf %s "$1"' sh "$dvm_challenge") || true
  [[ $said == "$dvm_challenge" ]] || fail "the sh of this guest does not work"
  said=$(printf %s "$dvm_challenge" | sha256sum) || true
  [[ ${said%% *} == "$dvm_digest" ]] || fail "the sha256sum of this guest does not work"
  said=$(printf '%*s' "$((16#${dvm_challenge:0:3}))" '')
  said=$(printf %s "${said// /$'\n'}" | wc -l) || true
  [[ ${said// /} == "$((16#${dvm_challenge:0:3}))" ]] || fail "the wc of this guest does not work"
  place=$(mktemp -d) && place=$(cd -P -- "$place" && pwd -P) && : >"$place/$dvm_challenge"
  said=$(find "$place" -type f -print && readlink -f -- "$place/$dvm_challenge") || true
  rm -rf -- "$place"
  [[ $said == "$place/$dvm_challenge"$'\n'"$place/$dvm_challenge" ]] ||
    fail "the find or the readlink of this guest does not work"
}

# demand_become USER [DIRECTORY]: as `become`, and what is run that way does run, as that user, who makes the directory if
# there is none. In one call: each takes half a second where the guest is emulated.
demand_become() {
  local said expected
  become "$1"
  expected="$(id -u "$1") $dvm_challenge"
  # shellcheck disable=SC2016 # it is expanded there
  said=$(as_user "$BASH" --noprofile --norc -c '
    printf "%s %s" "$(id -u)" "$1"
    [[ -z $2 ]] || { mkdir -p -- "$2" && [[ -d $2 ]] && printf " made"; }
  ' dvm-try "$dvm_challenge" "${2-}" </dev/null) || true
  [[ $said == "$expected"* ]] || fail "${via[0]} of this guest does not run a program as $1"
  [[ $said == "$expected${2:+ made}" ]] || fail "could not make ${2-}"
}

# What tar puts in comes out again, for the user of `become`.
demand_tar() {
  local said
  # shellcheck disable=SC2016 # it is expanded there
  said=$(as_user "$BASH" --noprofile --norc -c '
    set -Eeuo pipefail
    place=$(mktemp -d)
    trap "rm -rf -- \"\$place\"" EXIT
    cd -- "$place"
    mkdir from to
    printf %s "$1" >"from/$1"
    tar -cf - -C from . | tar -xf - -C to
    cat "to/$1"
  ' dvm-try "$dvm_challenge" </dev/null | head -c 100) || true
  [[ $said == "$dvm_challenge" ]] || fail "the tar of this guest does not work"
}
