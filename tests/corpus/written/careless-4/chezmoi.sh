# expect: DVM202
set -euo pipefail
sh -c "$(curl -fsLS get.chezmoi.io)" -- -b ~/.local/bin init --apply example
