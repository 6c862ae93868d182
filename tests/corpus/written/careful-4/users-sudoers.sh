#!/usr/bin/env bash
# expect: none
set -euo pipefail
create_user() {
  local name=$1 shell=${2:-/bin/bash}
  id -u "$name" >/dev/null 2>&1 || useradd --create-home --shell "$shell" "$name"
}
create_user builder
create_user tester /bin/sh
f=$(mktemp)
echo 'builder ALL=(root) NOPASSWD: /usr/bin/systemctl restart app.service' > "$f"
visudo -cf "$f"
install -m 0440 "$f" /etc/sudoers.d/builder
rm -f "$f"
chage -M -1 builder
