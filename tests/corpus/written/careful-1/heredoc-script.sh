# expect: nothing
set -euo pipefail
cat >/usr/local/bin/greet <<'S'
#!/bin/sh
set -eu
echo "hello ${1:-world}"
S
chmod 755 /usr/local/bin/greet
/usr/local/bin/greet dvm
