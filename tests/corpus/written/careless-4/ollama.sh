# expect: DVM202
set -euo pipefail
curl -fsSL https://ollama.com/install.sh | OLLAMA_VERSION=0.1.48 sh
sudo systemctl enable --now ollama
ollama pull llama3:8b
