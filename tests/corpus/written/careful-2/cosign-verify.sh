# expect: nothing
#!/usr/bin/env bash
set -euo pipefail
cd "$(mktemp -d)"
base=https://github.com/stackrox/kube-linter/releases/download/v0.6.8
curl -fsSLO "$base/kube-linter-linux.tar.gz"
curl -fsSLO "$base/kube-linter-linux.tar.gz.cosign.bundle"
cosign verify-blob kube-linter-linux.tar.gz \
  --bundle kube-linter-linux.tar.gz.cosign.bundle \
  --certificate-identity https://github.com/stackrox/kube-linter/.github/workflows/release.yml@refs/tags/v0.6.8 \
  --certificate-oidc-issuer https://token.actions.githubusercontent.com
tar -xzf kube-linter-linux.tar.gz -C /usr/local/bin kube-linter
