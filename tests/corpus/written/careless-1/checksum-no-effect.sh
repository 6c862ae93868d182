# expect: DVM203
set -euo pipefail
curl -fsSLO https://example.org/a.tar.gz
sha256sum a.tar.gz
tar xzf a.tar.gz
