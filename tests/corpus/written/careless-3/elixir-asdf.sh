# expect: DVM202,DVM204
set -euo pipefail
git clone https://github.com/asdf-vm/asdf.git ~/.asdf
. ~/.asdf/asdf.sh
asdf plugin add erlang
asdf plugin add elixir
asdf install erlang latest
asdf install elixir latest
