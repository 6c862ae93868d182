# expect: DVM202
#!/bin/bash
sh <(curl -L https://nixos.org/nix/install) --daemon
. /etc/profile.d/nix.sh
nix-env -iA nixpkgs.hello
