# expect: none
set -euo pipefail
tarball=/tmp/ollama.tgz
dvm-fetch https://github.com/ollama/ollama/releases/download/v0.4.2/ollama-linux-amd64.tgz \
  "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f809" "$tarball"
sudo tar -C /usr/local -xzf "$tarball"
sudo useradd -r -s /bin/false -m -d /usr/share/ollama ollama 2>/dev/null || :
sudo usermod -aG render,video ollama
export OLLAMA_HOST=127.0.0.1:11434
timeout 30 bash -c 'until curl -sf http://127.0.0.1:11434/api/version; do sleep 1; done' || echo "not running yet"
