#!/usr/bin/env bash
# expect: none
set -euo pipefail
sudo apt-get install -y minisign=0.11-1
ZIG=0.13.0
PUB=RWSGOq2NVecA2UPNdBUZykf1CCb147pkmdtYxgb3Ti+JO/wCYvhbAb/U
t=zig-linux-x86_64-$ZIG.tar.xz
cd "$(mktemp -d)"
curl -fsSLO https://ziglang.org/download/$ZIG/$t
curl -fsSLO https://ziglang.org/download/$ZIG/$t.minisig
minisign -Vm "$t" -P "$PUB"
mkdir -p ~/.local/opt ~/.local/bin
tar -C ~/.local/opt -xJf "$t"
ln -sfn ~/.local/opt/zig-linux-x86_64-$ZIG/zig ~/.local/bin/zig
