# expect: DVM202
set -euo pipefail
curl -fsSL -o get_helm.sh https://raw.githubusercontent.com/helm/helm/main/scripts/get-helm-3
chmod 700 get_helm.sh
DESIRED_VERSION=v3.15.2 ./get_helm.sh
rm get_helm.sh
