# expect: DVM202
#!/usr/bin/env bash
set -euo pipefail
bash <(curl -s https://raw.githubusercontent.com/pyenv/pyenv-installer/master/bin/pyenv-installer)
source <(curl -s https://example.com/env.sh)
