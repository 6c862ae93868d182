# expect: DVM203 DVM202
set -euo pipefail
minikube start --driver=podman
kubectl apply -f https://raw.githubusercontent.com/kubernetes/ingress-nginx/main/deploy/static/provider/kind/deploy.yaml
kubectl create namespace dev
