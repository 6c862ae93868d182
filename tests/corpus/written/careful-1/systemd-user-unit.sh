# expect: nothing
set -euo pipefail
mkdir -p ~/.config/systemd/user
cat >~/.config/systemd/user/watch.service <<'UNIT'
[Unit]
Description=Watch the tree
[Service]
ExecStart=/usr/bin/inotifywait -m %h/code
Restart=on-failure
[Install]
WantedBy=default.target
UNIT
systemctl --user daemon-reload
systemctl --user enable --now watch.service
