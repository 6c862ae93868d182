# expect: nothing
set -euo pipefail
for i in 1 2 3 4 5; do
  if systemctl is-active --quiet docker; then break; fi
  echo "waiting ($i)"
  sleep 2
done
systemctl is-active docker
