# expect: nothing
set -euo pipefail
for name in alpha beta; do
  if ! id -u "$name" >/dev/null 2>&1; then
    useradd -m -s /bin/bash "$name"
  fi
  install -d -o "$name" -g "$name" -m 0700 "/home/$name/.ssh"
done
