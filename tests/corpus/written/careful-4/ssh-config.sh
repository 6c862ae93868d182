# expect: none
set -euo pipefail
install -d -m 700 ~/.ssh
cat > ~/.ssh/config <<'EOF'
Host github.com
  User git
  IdentitiesOnly yes
  IdentityFile ~/.ssh/id_ed25519
Host build-*
  User ci
  ForwardAgent no
  StrictHostKeyChecking yes
EOF
cat >> ~/.ssh/known_hosts <<'EOF'
github.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl
EOF
chmod 600 ~/.ssh/config ~/.ssh/known_hosts
[ -f ~/.ssh/id_ed25519 ] || ssh-keygen -q -t ed25519 -N '' -C "dev@$(hostname)" -f ~/.ssh/id_ed25519
cat ~/.ssh/id_ed25519.pub
