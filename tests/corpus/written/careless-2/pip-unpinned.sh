# expect: DVM204
#!/usr/bin/env bash
set -euo pipefail
python3 -m venv ~/venv
~/venv/bin/pip install -U torch transformers jupyterlab
