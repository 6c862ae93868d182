# expect: DVM206 DVM204
#!/usr/bin/env bash
set -euo pipefail
dnf install -y docker
systemctl start docker
chmod 666 /var/run/docker.sock
