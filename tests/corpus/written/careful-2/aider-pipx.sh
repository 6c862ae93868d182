# expect: nothing
#!/usr/bin/env bash
set -euo pipefail
export PIPX_HOME=/opt/pipx PIPX_BIN_DIR=/usr/local/bin
pipx install aider-chat==0.45.1
pipx install 'llm==0.14'
: "${OPENAI_API_KEY:?set it in the env of the instance}"
install -m 600 /dev/null ~/.aider.env
printf 'OPENAI_API_KEY=%s\n' "$OPENAI_API_KEY" > ~/.aider.env
