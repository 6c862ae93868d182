# expect: nothing
#!/usr/bin/env bash
set -euo pipefail
mkdir -p ~/.ssh && chmod 700 ~/.ssh
touch ~/.ssh/known_hosts
line='github.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl'
grep -qxF "$line" ~/.ssh/known_hosts || echo "$line" >> ~/.ssh/known_hosts
git config --global user.name "Dev"
git config --global init.defaultBranch main
git config --global url."git@github.com:".insteadOf "https://github.com/"
