# expect: DVM202 DVM203
set -euo pipefail
wget -q https://repo.anaconda.com/miniconda/Miniconda3-latest-Linux-x86_64.sh -O /tmp/mc.sh
bash /tmp/mc.sh -b -p "$HOME/miniconda"
"$HOME/miniconda/bin/conda" create -y -n ml python=3.11
