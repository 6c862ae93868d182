# expect: none
set -euo pipefail
python3 -m venv /opt/az
/opt/az/bin/pip install --upgrade pip==24.1.1
/opt/az/bin/pip install azure-cli==2.61.0
ln -sf /opt/az/bin/az /usr/local/bin/az
az config set core.collect_telemetry=no
az extension add --name aks-preview --version 5.0.0b4
