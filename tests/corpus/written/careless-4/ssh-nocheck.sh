# expect: DVM207
set -euo pipefail
install -d -m 700 ~/.ssh
cat > ~/.ssh/config <<'EOF'
Host *
  StrictHostKeyChecking no
  UserKnownHostsFile /dev/null
EOF
git clone git@github.com:example/app.git ~/app
