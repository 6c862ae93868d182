# expect: DVM202
#!/usr/bin/env bash
set -euo pipefail
curl -fsSL https://deno.land/install.sh | sh
curl -fsSL https://bun.sh/install | bash
