# expect: DVM202
#!/usr/bin/env bash
set -euo pipefail
which ollama || curl -fsSL https://ollama.com/install.sh | sh
(ollama serve &) ; sleep 3
ollama pull llama3
