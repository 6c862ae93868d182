# expect: DVM202
set -euo pipefail
eval "$(curl -fsSL https://example.org/env.sh)"
