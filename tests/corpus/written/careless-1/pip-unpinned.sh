# expect: DVM204
set -euo pipefail
pip3 install --user black httpie
