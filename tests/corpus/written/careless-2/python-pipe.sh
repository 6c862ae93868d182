# expect: DVM202
#!/usr/bin/env bash
set -euo pipefail
curl -sSL https://install.python-poetry.org | python3 -
~/.local/bin/poetry config virtualenvs.in-project true
