# expect: DVM205
set -euo pipefail
scp me@192.168.5.2:.ssh/id_ed25519 ~/.ssh/
