# expect: nothing
#!/usr/bin/env bash
set -euo pipefail
BIN=$HOME/.ghcup/bin
mkdir -p "$BIN"
curl -fsSL https://downloads.haskell.org/~ghcup/0.1.22.0/x86_64-linux-ghcup-0.1.22.0 -o "$BIN/ghcup"
cd "$BIN"
echo 'c56a40ea5198a35742f717ad41ab8eb03a4900b3e33858acafe89179999f53cb  ghcup' | sha256sum -c
chmod 0755 ghcup
./ghcup install ghc 9.6.5
./ghcup set ghc 9.6.5
./ghcup install cabal 3.10.3.0
