# expect: nothing
#!/usr/bin/env bash
set -euo pipefail
NVIM=v0.10.1
SUM=d2592d713e4c2c6c89b456948369f85109e88cf5205979afe0b40318943167c4
out=/var/cache/nvim-$NVIM.tar.gz
[ -f "$out" ] || curl --proto '=https' --tlsv1.2 -fL --retry 3 -o "$out" \
  "https://github.com/neovim/neovim/releases/download/$NVIM/nvim-linux64.tar.gz"
printf '%s  %s\n' "$SUM" "$out" | sha256sum -c --quiet
rm -rf /opt/nvim && mkdir /opt/nvim
tar xzf "$out" -C /opt/nvim --strip-components=1
ln -sf /opt/nvim/bin/nvim /usr/local/bin/nvim
update-alternatives --install /usr/bin/editor editor /usr/local/bin/nvim 60
