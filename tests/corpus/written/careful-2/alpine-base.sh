# expect: DVM204 warn
#!/bin/bash
set -euo pipefail
apk update
apk add --no-cache bash curl git jq openssh-client
adduser -D -s /bin/bash dev || true
echo "dev ALL=(ALL) NOPASSWD: /sbin/apk" > /etc/sudoers.d/dev
chmod 440 /etc/sudoers.d/dev
rc-update add sshd default
