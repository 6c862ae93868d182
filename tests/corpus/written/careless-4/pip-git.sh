# expect: DVM204 DVM202
set -euo pipefail
python3 -m venv ~/venv
~/venv/bin/pip install git+https://github.com/example/lib.git
