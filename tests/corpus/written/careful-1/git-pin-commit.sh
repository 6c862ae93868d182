# expect: nothing
set -euo pipefail
git clone https://github.com/asdf-vm/asdf.git ~/.asdf
git -C ~/.asdf checkout 31e8c93004abd76253d186b8896785895069749b
echo '. "$HOME/.asdf/asdf.sh"' >>~/.bashrc
