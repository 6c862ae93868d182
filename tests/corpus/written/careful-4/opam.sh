#!/bin/sh
# expect: none
set -eu
OPAM=2.1.6
B=/usr/local/bin/opam
curl -fsSL "https://github.com/ocaml/opam/releases/download/$OPAM/opam-$OPAM-x86_64-linux" -o /tmp/opam
echo "249cda10021f7afa856263fe234b8491f3ec9ebe52f749ada50b1007875921df00f57a9d504bf8a73217182a2aefa25c8079d06209b3150ecdf9da05e00d3d32  /tmp/opam" | sha512sum -c - || exit 1
sudo install -m 755 /tmp/opam "$B"
opam init --bare --disable-sandboxing --no-setup -y
opam switch create 5.2.0 --no-switch -y
eval "$(opam env --switch=5.2.0)"
opam install -y dune.3.16.0 merlin.5.1-502 ocamlformat.0.26.2
