# expect: nothing
set -euo pipefail
systemctl start app
for _ in $(seq 1 30); do
  curl -fsS http://127.0.0.1:8080/health >/dev/null && break
  sleep 1
done
