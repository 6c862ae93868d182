# expect: nothing
set -Eeuo pipefail
log() { printf '%s %s\n' "$(date +%T)" "$*" >&2; }
cleanup() { rm -rf "${work:-}"; }
trap cleanup EXIT
trap 'log "failed on line $LINENO"' ERR
work=$(mktemp -d)
log "start"
mkdir -p "$work/a"
cp -r /etc/skel "$work/a"
log "done"
