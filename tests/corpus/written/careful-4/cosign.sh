#!/usr/bin/env bash
# expect: none
set -euo pipefail
v=1.2.4
f=policy-agent_${v}_linux_amd64.tar.gz
base=https://github.com/example-org/policy-agent/releases/download/v$v
dvm-fetch https://github.com/sigstore/cosign/releases/download/v2.2.4/cosign-linux-amd64 5d55da39858da0af660e60d0ced267a9a870c95bb928e2979ec677baefe88f96 /tmp/cosign --mode 755
cd /var/tmp
for x in "$f" "$f.sig" "$f.pem"; do curl -fsSLO "$base/$x"; done
/tmp/cosign verify-blob "$f" --signature "$f.sig" --certificate "$f.pem" \
  --certificate-identity "https://github.com/example-org/policy-agent/.github/workflows/release.yml@refs/tags/v$v" \
  --certificate-oidc-issuer https://token.actions.githubusercontent.com
tar -xzf "$f"
sudo install -m 755 policy-agent /usr/local/bin/
