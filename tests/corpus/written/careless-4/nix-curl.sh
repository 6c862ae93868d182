# expect: DVM202
set -euo pipefail
sh <(curl -L https://nixos.org/nix/install) --daemon --yes
. /nix/var/nix/profiles/default/etc/profile.d/nix-daemon.sh
nix-env -iA nixpkgs.ripgrep
