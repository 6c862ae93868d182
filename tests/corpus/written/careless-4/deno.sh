# expect: DVM202
set -euo pipefail
curl -fsSL https://deno.land/install.sh | sh -s v1.44.4
export DENO_INSTALL="$HOME/.deno"
"$DENO_INSTALL/bin/deno" upgrade --version 1.44.4
