# expect: DVM202
set -euo pipefail
curl -fsSL https://get.example.com/install | bash
