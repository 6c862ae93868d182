# expect: none
set -euo pipefail
zig=zig-linux-x86_64-0.13.0
curl -fsSLo "/tmp/$zig.tar.xz" "https://ziglang.org/download/0.13.0/$zig.tar.xz"
b2=d45312e61ebcc48032b77bc4cf7fd6915c11fa16e4aad116b66c9468211230ea
[[ "$(sha256sum < "/tmp/$zig.tar.xz" | cut -d' ' -f1)" == "$b2" ]] || { echo "zig: wrong digest" >&2; exit 1; }
sudo tar -C /opt -xJf "/tmp/$zig.tar.xz"
sudo ln -sfn "/opt/$zig/zig" /usr/local/bin/zig
zig version
