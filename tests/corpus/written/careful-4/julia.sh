#!/usr/bin/env bash
# expect: none
set -euo pipefail
J=1.10.4
cd /tmp
cat > SHA256SUMS <<S
d277670919a94ba361be1887d39852c3f31d7eed817343cbb70fcd8910841f86  julia-$J-linux-x86_64.tar.gz
S
curl -fsSLO https://julialang-s3.julialang.org/bin/linux/x64/1.10/julia-$J-linux-x86_64.tar.gz
sha256sum -c SHA256SUMS || exit 1
mkdir -p "$HOME/opt"
tar -xzf julia-$J-linux-x86_64.tar.gz -C "$HOME/opt"
ln -sf "$HOME/opt/julia-$J/bin/julia" "$HOME/.local/bin/julia"
julia -e 'using Pkg; Pkg.add(name="DataFrames", version="1.6.1")'
