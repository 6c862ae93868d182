# expect: nothing
#!/usr/bin/env bash
set -euo pipefail
mkdir -p ~/images/base && cd ~/images/base
cat > Dockerfile <<'EOF'
FROM debian:12.6-slim@sha256:4c535f260483ae839bdf5c7eed70f5efc02babbe59035a5a7bd72abd2f81aded
RUN useradd -m app
USER app
CMD ["bash"]
EOF
podman build -t localhost/base:1 .
podman run --rm localhost/base:1 id
