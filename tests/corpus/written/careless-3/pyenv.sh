# expect: DVM202
set -euo pipefail
curl https://pyenv.run | bash
export PATH="$HOME/.pyenv/bin:$PATH"
eval "$(pyenv init -)"
pyenv install 3.12
pyenv global 3.12
pip install poetry
