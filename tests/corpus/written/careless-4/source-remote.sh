# expect: DVM202
set -euo pipefail
source <(curl -fsSL https://raw.githubusercontent.com/example/lib/main/helpers.sh)
setup_workspace ~/src
