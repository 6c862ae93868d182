# expect: nothing
set -euo pipefail
dvm-fetch https://dl.k8s.io/release/v1.31.4/bin/linux/amd64/kubectl 298e19e9c6c17199011404278f0ff8168a7eca4217edad9097af577023a5620f /usr/local/bin/kubectl --mode 755
kubectl version --client
