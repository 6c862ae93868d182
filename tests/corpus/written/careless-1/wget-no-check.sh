# expect: DVM207 DVM203
set -euo pipefail
wget --no-check-certificate https://example.org/a.tgz
tar xf a.tgz
