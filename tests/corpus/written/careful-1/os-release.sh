# expect: nothing
set -euo pipefail
. /etc/os-release
case "$ID" in
  debian|ubuntu) echo apt ;;
  fedora) echo dnf ;;
  *) echo other ;;
esac
