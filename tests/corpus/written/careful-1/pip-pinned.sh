# expect: nothing
set -euo pipefail
python3 -m venv ~/.venvs/tools
~/.venvs/tools/bin/pip install ruff==0.8.4 mypy==1.13.0
ln -sf ~/.venvs/tools/bin/ruff ~/bin/ruff
