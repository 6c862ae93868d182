# expect: none
set -euo pipefail
want="61da90c8a2b4ebc2a0ad6c8c3bcd1d8e0ef8ab3b1e9b2f4d6a8c0e2f4a6b8c0d"
cd "$HOME"
wget -q -O bun.zip https://github.com/oven-sh/bun/releases/download/bun-v1.1.36/bun-linux-x64.zip
have="$(sha256sum bun.zip)"; have="${have%% *}"
test "$have" = "$want" || exit 1
unzip -q bun.zip
install -Dm755 bun-linux-x64/bun "$HOME/.bun/bin/bun"
rm -rf bun.zip bun-linux-x64
export PATH="$HOME/.bun/bin:$PATH"
cd "$DVM_CODE_DIR/web" && bun install --frozen-lockfile
