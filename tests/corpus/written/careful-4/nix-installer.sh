#!/usr/bin/env bash
# expect: none
set -euo pipefail
NIX=2.22.1
if command -v nix >/dev/null; then exit 0; fi
installer=$(mktemp)
dvm-fetch "https://releases.nixos.org/nix/nix-$NIX/install" a0745f7ed88cfac6058d1d4cfb57bc71127a28ad7c6756004142a90aab5ee99f "$installer"
sh "$installer" --daemon --yes --no-channel-add
rm -f "$installer"
. /nix/var/nix/profiles/default/etc/profile.d/nix-daemon.sh
mkdir -p ~/.config/nix
echo 'experimental-features = nix-command flakes' > ~/.config/nix/nix.conf
nix profile install "github:NixOS/nixpkgs/c41f53d5be8971e3ace7e4071fca2b18e29ff0bc#ripgrep" "github:NixOS/nixpkgs/c41f53d5be8971e3ace7e4071fca2b18e29ff0bc#jq"
