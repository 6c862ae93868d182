# expect: nothing
set -euo pipefail
while IFS= read -r line; do
  [[ -z $line || $line == \#* ]] && continue
  echo "host: $line"
done </etc/hosts
