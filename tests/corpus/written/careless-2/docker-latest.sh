# expect: DVM204
#!/usr/bin/env bash
set -euo pipefail
docker run -d --name db -p 5432:5432 postgres:latest
docker compose up -d
