#!/usr/bin/env bash
# expect: none
set -euo pipefail
sudo apt-get update -qq
sudo DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
  build-essential libssl-dev zlib1g-dev libbz2-dev libreadline-dev libsqlite3-dev \
  libncursesw5-dev xz-utils tk-dev libffi-dev liblzma-dev

PYENV_ROOT=$HOME/.pyenv
PYENV_COMMIT=77439450e3126eca7553842e877e9be7280fc269
[[ -d $PYENV_ROOT ]] || git clone https://github.com/pyenv/pyenv.git "$PYENV_ROOT"
git -C "$PYENV_ROOT" checkout --quiet "$PYENV_COMMIT"

export PYENV_ROOT PATH="$PYENV_ROOT/bin:$PATH"
eval "$(pyenv init -)"
for v in 3.11.9 3.12.4; do
  pyenv install --skip-existing "$v"
done
pyenv global 3.12.4
python -m pip install --quiet pip==24.1 virtualenv==20.26.3
