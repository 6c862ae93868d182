# expect: DVM202
#!/usr/bin/env bash
set -euo pipefail
curl https://raw.githubusercontent.com/helm/helm/main/scripts/get-helm-3 > /tmp/get_helm.sh
chmod 700 /tmp/get_helm.sh
/tmp/get_helm.sh
helm repo add bitnami https://charts.bitnami.com/bitnami
