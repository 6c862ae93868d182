# expect: nothing
set -euo pipefail
curl -fsSL -o /tmp/jq https://github.com/jqlang/jq/releases/download/jq-1.7.1/jq-linux-amd64
echo '5942c9b0934e510ee61eb3e30273f1b3fe2590df93933a93d7c58b81d19c8ff5  /tmp/jq' | shasum -a 256 -c
install -m 755 /tmp/jq /usr/local/bin/jq
