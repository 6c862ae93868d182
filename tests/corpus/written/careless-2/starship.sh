# expect: DVM202
#!/usr/bin/env bash
set -euo pipefail
curl -sS https://starship.rs/install.sh | sh -s -- -y
echo 'eval "$(starship init bash)"' >> ~/.bashrc
