# expect: none
set -euo pipefail
sudo zypper --non-interactive refresh
sudo zypper --non-interactive install --no-recommends \
  git-core=2.45.2 gcc13=13.3.0 python312=3.12.4 python312-pip=24.0
sudo zypper --non-interactive addlock kernel-default
python3.12 -m venv ~/venv
~/venv/bin/pip install --no-cache-dir ansible-core==2.17.1 molecule==24.6.0
