# expect: nothing
set -euo pipefail
if [ -r /run/secrets/token ]; then
  TOKEN=$(cat /run/secrets/token)
  export TOKEN
fi
echo "token: ${TOKEN:+set}"
