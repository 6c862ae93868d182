# expect: DVM202
set -euo pipefail
sh <(curl -L https://nixos.org/nix/install) --daemon --yes
. /etc/profile.d/nix.sh
nix-env -iA nixpkgs.direnv
