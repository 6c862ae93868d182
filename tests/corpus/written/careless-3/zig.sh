# expect: DVM202,DVM203
set -euo pipefail
url=$(curl -s https://ziglang.org/download/index.json | jq -r '.master["x86_64-linux"].tarball')
curl -s "$url" | sudo tar -xJ -C /opt
sudo ln -s /opt/zig-linux-*/zig /usr/local/bin/zig
