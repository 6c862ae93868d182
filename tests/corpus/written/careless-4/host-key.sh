# expect: DVM205
set -euo pipefail
install -d -m 700 ~/.ssh
cp "/Users/jane/.ssh/id_ed25519" ~/.ssh/id_ed25519
chmod 600 ~/.ssh/id_ed25519
