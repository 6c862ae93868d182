# expect: DVM202
#!/usr/bin/env bash
set -euo pipefail
curl -sL https://aka.ms/InstallAzureCLIDeb | sudo bash
az extension add --name aks-preview
