# expect: DVM203 DVM202 DVM207
set -euo pipefail
curl -fsSL https://repo.example.org/key.gpg | sudo apt-key add -
