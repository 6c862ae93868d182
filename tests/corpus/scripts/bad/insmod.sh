# expect: DVM202
set -Eeuo pipefail
insmod <(curl -fsSL https://example.org/module.ko)
