#!/usr/bin/env bash
# expect: none
set -euo pipefail
python3 -m venv ~/ml
cat > ~/ml/requirements.txt <<'REQ'
numpy==1.26.4 \
    --hash=sha256:73dd0baf8e5438da8816254a073ee43b61f8b2cdef6f393e0059cdbc55cb8d9c
torch==2.3.1 \
    --hash=sha256:37bf51bfba4699a940ce31349422b24a5bc55a2b179ed7aec74459a9ae8d57b7
REQ
~/ml/bin/python -m pip install --require-hashes --no-deps -r ~/ml/requirements.txt
~/ml/bin/python - <<'PY'
import torch
print(torch.__version__, torch.cuda.is_available())
PY
