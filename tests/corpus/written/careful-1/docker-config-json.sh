# expect: nothing
set -euo pipefail
mkdir -p ~/.config/docker
cat >~/.config/docker/daemon.json <<EOF
{ "log-driver": "journald", "data-root": "$HOME/.local/share/docker" }
EOF
