# expect: nothing
set -euo pipefail
mkdir -p -m 700 ~/.ssh
cat >>~/.ssh/known_hosts <<'KEYS'
github.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl
KEYS
sort -u -o ~/.ssh/known_hosts ~/.ssh/known_hosts
