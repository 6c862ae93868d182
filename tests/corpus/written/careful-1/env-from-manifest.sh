# expect: nothing
set -euo pipefail
: "${NODE_VERSION:?set env in the manifest}"
mkdir -p ~/.config/app
printf 'node=%s\n' "$NODE_VERSION" >~/.config/app/versions
