# expect: DVM204
set -euo pipefail
npm config set prefix "$HOME/.npm-global"
export PATH="$HOME/.npm-global/bin:$PATH"
npm i -g @anthropic-ai/claude-code @openai/codex
mkdir -p ~/.claude
echo '{"permissions":{"defaultMode":"plan"}}' > ~/.claude/settings.json
