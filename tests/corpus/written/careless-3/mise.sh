# expect: DVM202
set -euo pipefail
curl https://mise.run | sh
echo 'eval "$(~/.local/bin/mise activate bash)"' >> ~/.bashrc
~/.local/bin/mise use -g node@latest python@latest
