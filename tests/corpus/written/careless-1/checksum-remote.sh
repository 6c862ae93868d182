# expect: DVM203
set -euo pipefail
curl -fsSLO https://example.org/a.tar.gz
curl -fsSLO https://example.org/a.tar.gz.sha256
sha256sum -c a.tar.gz.sha256
tar xzf a.tar.gz
