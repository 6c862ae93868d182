# expect: nothing
set -euo pipefail
python3 -m venv "$HOME/venv"
cat >"$HOME/requirements.txt" <<'REQ'
requests==2.32.3 \
    --hash=sha256:70761cfe03c773ceb22aa2f671b4757976145175cdfca038c02654d061d6dcc6
REQ
"$HOME/venv/bin/pip" install --require-hashes --no-deps -r "$HOME/requirements.txt"
