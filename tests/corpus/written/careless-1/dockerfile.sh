# expect: DVM202 DVM210
set -euo pipefail
cat >Dockerfile <<'D'
FROM debian
RUN curl -fsSL https://example.org/i.sh | bash
D
docker build .
