#!/usr/bin/env bash
# expect: none
set -euo pipefail
export UV_PYTHON_PREFERENCE=only-system
for spec in aider-chat==0.42.0 llm==0.14 open-interpreter==0.3.4; do
  uv tool install --python 3.12 "$spec"
done
llm keys path
if [ -n "${OPENAI_API_KEY:-}" ]; then
  printf 'OPENAI_API_KEY=%s\n' "$OPENAI_API_KEY" > ~/.aider.env
  chmod 600 ~/.aider.env
fi
