# expect: DVM203 DVM202
set -euo pipefail
mkdir -p ~/models
python3 - <<'PY'
import os, urllib.request
dest = os.path.expanduser("~/models/server")
urllib.request.urlretrieve("https://dl.example.org/llm/server-linux", dest)
os.chmod(dest, 0o755)
PY
~/models/server --version
