set -Eeuo pipefail
me=$(basename "$0")
cd "$(dirname "$0")"
echo "usage: $0 [FILE]" "$me"
ed -s notes.txt <<'E'
1,$s/curl | sh/nothing!/
/a!b/d
w
q
E
insmod /lib/modules/dummy.ko numdummies=1
