# expect: nothing
#!/usr/bin/env bash
set -euo pipefail
log() { printf '%s %s\n' "$(date +%T)" "$*" >&2; }
retry() { local n; for n in 1 2 3; do "$@" && return 0; log "try $n failed"; sleep 5; done; return 1; }
retry curl -fsSLo /tmp/minikube https://storage.googleapis.com/minikube/releases/v1.33.1/minikube-linux-amd64
echo "7bfa3545af0d69655efb478d27acf0694957e70596236201cecb7597ded3b6be  /tmp/minikube" | sha256sum -c -
sudo install /tmp/minikube /usr/local/bin/minikube
minikube start --driver=podman --kubernetes-version=v1.30.2
until kubectl get nodes | grep -q ' Ready'; do sleep 2; done
log ready
