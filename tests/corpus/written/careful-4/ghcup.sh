#!/usr/bin/env bash
# expect: none
set -euo pipefail
dvm-fetch https://downloads.haskell.org/~ghcup/0.1.22.0/x86_64-linux-ghcup-0.1.22.0 e02e8f0702b125da99592bbb7d1824f2a8e6101d9c640bee84848b33be358d38 "$HOME/.local/bin/ghcup" --mode 755
export PATH="$HOME/.local/bin:$HOME/.ghcup/bin:$PATH"
ghcup install ghc 9.6.5
ghcup install cabal 3.10.3.0
ghcup set ghc 9.6.5
cabal update
cabal install --overwrite-policy=always hlint-3.8 ormolu-0.7.5.0
