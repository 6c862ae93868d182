# expect: nothing
#!/usr/bin/env bash
set -euo pipefail
git clone https://github.com/asdf-vm/asdf.git ~/.asdf 2>/dev/null || true
git -C ~/.asdf checkout -q ff13638b1c30af127353aad6f975023c6881849a
. ~/.asdf/asdf.sh
export KERL_CONFIGURE_OPTIONS="--without-javac --without-wx"
asdf install erlang 27.0
asdf install elixir 1.17.2-otp-27
asdf global erlang 27.0
asdf global elixir 1.17.2-otp-27
