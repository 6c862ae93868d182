# expect: DVM202
set -euo pipefail
git clone https://github.com/asdf-vm/asdf.git ~/.asdf --branch master
. ~/.asdf/asdf.sh
asdf plugin add erlang
asdf plugin add elixir
asdf install erlang 27.0
asdf install elixir 1.17.1
