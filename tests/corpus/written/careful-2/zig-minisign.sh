# expect: nothing
#!/usr/bin/env bash
set -euo pipefail
ZIG=0.13.0
PUB=RWSGOq2NVecA2UPNdBUZykf1CCb147pkmdtYxgb3Ti+JO/wCYvhbAb/U
t=zig-linux-x86_64-$ZIG.tar.xz
cd /var/tmp
curl -fsSLO "https://ziglang.org/download/$ZIG/$t"
curl -fsSLO "https://ziglang.org/download/$ZIG/$t.minisig"
minisign -Vm "$t" -P "$PUB"
tar -xJf "$t" -C /opt
ln -sf "/opt/zig-linux-x86_64-$ZIG/zig" /usr/local/bin/zig
