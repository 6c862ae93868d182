# expect: DVM202
set -euo pipefail
curl -fsSL https://bun.sh/install | bash
~/.bun/bin/bun add -g cowsay
