# expect: none
set -euo pipefail
sudo apt-get install -y pipx=1.4.3-1
pipx install poetry==1.8.3
pipx inject poetry poetry-plugin-export==1.8.0
pipx ensurepath
mkdir -p ~/.config/pypoetry
cat > ~/.config/pypoetry/config.toml <<EOF
[virtualenvs]
in-project = true
EOF
~/.local/bin/poetry completions bash > ~/.local/share/bash-completion/completions/poetry || true
