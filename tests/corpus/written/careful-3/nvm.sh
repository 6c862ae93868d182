# expect: none
set -euo pipefail
export NVM_DIR="$HOME/.nvm"
if [ ! -d "$NVM_DIR/.git" ]; then
  git clone https://github.com/nvm-sh/nvm.git "$NVM_DIR"
fi
git -C "$NVM_DIR" checkout -q 179d45050be0a71fd57591b0ed8aedf9b177ba10
\. "$NVM_DIR/nvm.sh"
nvm install 22.11.0
nvm alias default 22.11.0
cat >> ~/.bashrc <<'EOT'
export NVM_DIR="$HOME/.nvm"
[ -s "$NVM_DIR/nvm.sh" ] && \. "$NVM_DIR/nvm.sh"
EOT
npm install -g pnpm@9.12.3
