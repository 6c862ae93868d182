# expect: DVM204 warn
set -euo pipefail
apk update
apk add --no-cache bash git openssh-client
