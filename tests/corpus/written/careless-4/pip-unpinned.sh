# expect: DVM204
set -euo pipefail
python3 -m venv ~/venv
source ~/venv/bin/activate
pip install --upgrade pip
pip install flask sqlalchemy gunicorn
