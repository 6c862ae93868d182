# expect: DVM202
set -euo pipefail
export CLOUDSDK_CORE_DISABLE_PROMPTS=1
curl https://sdk.cloud.google.com > /tmp/gcloud.sh
bash /tmp/gcloud.sh --disable-prompts --install-dir="$HOME"
