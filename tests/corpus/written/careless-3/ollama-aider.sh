# expect: DVM202
set -euo pipefail
curl -fsSL https://ollama.com/install.sh | sh
curl -LsSf https://aider.chat/install.sh | sh
ollama pull llama3
pip install --break-system-packages aider-chat
