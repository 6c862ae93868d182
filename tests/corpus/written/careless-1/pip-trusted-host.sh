# expect: DVM207
set -euo pipefail
pip install --trusted-host pypi.example.org --index-url http://pypi.example.org/simple thing==1.0
