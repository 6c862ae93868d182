# expect: DVM202
set -euo pipefail
sh -c "$(curl -fsSL https://mise.run)"
echo 'eval "$(~/.local/bin/mise activate bash)"' >> ~/.bashrc
~/.local/bin/mise use -g node@20.15.0
