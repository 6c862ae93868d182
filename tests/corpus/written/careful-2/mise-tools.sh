# expect: nothing
#!/usr/bin/env bash
set -euo pipefail
curl -fsSL -o "$HOME/.local/bin/mise" https://github.com/jdx/mise/releases/download/v2024.7.1/mise-v2024.7.1-linux-x64
sha256sum -c <<< "87b787078a3b03525b1142ce3b980f16a1334ee46fe65ea78ca9d613c5458cbf  $HOME/.local/bin/mise"
chmod +x "$HOME/.local/bin/mise"
eval "$("$HOME/.local/bin/mise" activate bash)"
mise use -g node@20.15.1 python@3.12.4 terraform@1.9.2
mise install
