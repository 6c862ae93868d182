# expect: nothing
set -euo pipefail
install -D -m 0644 "$DVM_FILES/npmrc" "$HOME/.npmrc"
install -D -m 0755 "$DVM_FILES/hello.py" "$HOME/bin/hello"
