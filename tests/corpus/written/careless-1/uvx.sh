# expect: DVM202 DVM204
set -euo pipefail
uvx ruff check .
