# expect: DVM204
set -euo pipefail
podman pull docker.io/library/postgres:latest
podman run -d --name cache -p 127.0.0.1:6379:6379 docker.io/library/redis
