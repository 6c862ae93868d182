# expect: DVM202
set -euo pipefail
sudo apt-get install -y build-essential libssl-dev
curl https://pyenv.run | bash
export PATH="$HOME/.pyenv/bin:$PATH"
eval "$(pyenv init -)"
pyenv install -s 3.12.4
