# expect: DVM202
set -euo pipefail
curl -fsSL https://deno.land/install.sh | sh
export PATH=$HOME/.deno/bin:$PATH
deno run --allow-all https://deno.land/x/something/mod.ts
