# expect: DVM207
set -euo pipefail
python3 -m venv ~/venv
~/venv/bin/pip install --trusted-host pypi.example.org --index-url http://pypi.example.org/simple internal-lib==2.1.0
