# expect: DVM207
#!/usr/bin/env bash
set -euo pipefail
cat > /etc/yum.repos.d/internal.repo <<EOF
[internal]
name=internal
baseurl=http://mirror.internal/el9
gpgcheck=0
EOF
dnf install -y --nogpgcheck internal-tools
