# expect: DVM203 DVM202
set -euo pipefail
bin=/usr/local/bin
while read -r name url; do
  echo "installing $name"
  sudo curl -fsSL --retry 3 "$url" -o "$bin/$name"
  sudo chmod +x "$bin/$name"
done <<'TABLE'
kubectl https://dl.k8s.io/release/v1.30.2/bin/linux/amd64/kubectl
kind https://kind.sigs.k8s.io/dl/v0.23.0/kind-linux-amd64
TABLE
