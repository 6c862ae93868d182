# expect: DVM204 warn
#!/usr/bin/env bash
set -euo pipefail
sudo add-apt-repository -y universe
sudo apt-get install -y emacs-nox ripgrep fd-find
D=~/.config/emacs
if [[ ! -d $D ]]; then git clone https://github.com/doomemacs/doomemacs "$D"; fi
(cd "$D" && git checkout -q f3de427aa2909dbb6a1ec9dd61fb8e77b1bec2db)
"$D/bin/doom" install --no-env --force
