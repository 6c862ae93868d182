# expect: nothing
set -euo pipefail
cat >/etc/apt/preferences.d/nodejs <<'P'
Package: nodejs
Pin: version 22.*
Pin-Priority: 1001
P
