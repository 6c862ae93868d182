# expect: nothing
set -euo pipefail
dvm-fetch https://example.org/installer-2.1.0.sh 5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03 /tmp/installer.sh
bash /tmp/installer.sh --prefix "$HOME/.local"
