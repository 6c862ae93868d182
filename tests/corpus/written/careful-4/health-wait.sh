#!/usr/bin/env bash
# expect: none
set -euo pipefail
cd ~/app
docker compose -f compose.dev.yml up -d
wait_for() {
  local url=$1 tries=${2:-60}
  for ((i = 0; i < tries; i++)); do
    if curl -fs -o /dev/null "$url"; then
      return 0
    fi
    sleep 1
  done
  echo "no answer from $url" >&2
  return 1
}
wait_for http://localhost:8080/healthz
wait_for http://127.0.0.1:9200/_cluster/health 120
curl -fsS -X PUT http://localhost:9200/app -H 'Content-Type: application/json' -d '{"settings":{"number_of_replicas":0}}'
version=$(curl -fsS http://localhost:8080/version | jq -r .version)
echo "app $version is up"
