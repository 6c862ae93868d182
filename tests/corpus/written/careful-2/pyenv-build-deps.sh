# expect: DVM204 warn
#!/usr/bin/env bash
set -euo pipefail
deps=(
  build-essential libssl-dev zlib1g-dev libbz2-dev
  libreadline-dev libsqlite3-dev xz-utils tk-dev libffi-dev liblzma-dev
)
sudo apt-get update -qq
sudo apt-get install -qq -y "${deps[@]}"
export PYENV_ROOT="$HOME/.pyenv"
[[ -d $PYENV_ROOT ]] || git clone -q https://github.com/pyenv/pyenv.git "$PYENV_ROOT"
git -C "$PYENV_ROOT" checkout -q 60180e0e755f8c5ce7ddf6a99cf57a07d1bfafa8
"$PYENV_ROOT/bin/pyenv" install --skip-existing 3.12.4
"$PYENV_ROOT/bin/pyenv" global 3.12.4
