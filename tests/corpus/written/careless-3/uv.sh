# expect: DVM202
set -euo pipefail
curl -LsSf https://astral.sh/uv/install.sh | env UV_INSTALL_DIR="$HOME/bin" sh
~/bin/uv tool install ruff
