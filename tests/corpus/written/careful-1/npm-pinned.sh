# expect: nothing
set -euo pipefail
npm config set fund false
npm install -g typescript@5.7.2 prettier@3.4.2
