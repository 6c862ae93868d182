# expect: none
set -euo pipefail
export PYENV_ROOT=$HOME/.pyenv
git clone --filter=blob:none https://github.com/pyenv/pyenv.git "$PYENV_ROOT"
git -C "$PYENV_ROOT" checkout --quiet 10c1cfa0fb3a9cdb9c4e8f3a3a2ee37c2a9c7d81
export PATH="$PYENV_ROOT/bin:$PATH"
eval "$(pyenv init -)"
pyenv install -s 3.12.7
pyenv global 3.12.7
{
  echo 'export PYENV_ROOT="$HOME/.pyenv"'
  echo '[[ -d $PYENV_ROOT/bin ]] && export PATH="$PYENV_ROOT/bin:$PATH"'
  echo 'eval "$(pyenv init -)"'
} >> ~/.bashrc
