# expect: DVM204 warn
#!/usr/bin/env bash
set -euo pipefail
sudo apt-get install -y direnv
if ! grep -q 'direnv hook' "$HOME/.bashrc"; then
  cat >> "$HOME/.bashrc" <<'RC'

# direnv
eval "$(direnv hook bash)"
RC
fi
direnv --version
