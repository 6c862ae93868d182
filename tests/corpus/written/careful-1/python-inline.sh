# expect: nothing
set -euo pipefail
python3 - <<'PY'
import json, pathlib
p = pathlib.Path.home() / ".config/app.json"
p.parent.mkdir(exist_ok=True)
p.write_text(json.dumps({"theme": "dark"}))
PY
