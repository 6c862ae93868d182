# expect: DVM202
set -euo pipefail
curl -sSL https://install.python-poetry.org | python3 -
