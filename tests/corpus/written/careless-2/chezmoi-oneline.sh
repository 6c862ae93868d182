# expect: DVM202
#!/usr/bin/env bash
set -euo pipefail
sh -c "$(curl -fsLS get.chezmoi.io)" -- init --apply someuser
