# expect: nothing
#!/usr/bin/env bash
set -euo pipefail
npm config set prefix "$HOME/.npm-global"
npm install -g @anthropic-ai/claude-code@1.0.35
grep -qF '.npm-global/bin' ~/.profile || echo 'export PATH="$HOME/.npm-global/bin:$PATH"' >> ~/.profile
mkdir -p ~/.claude
cat > ~/.claude/settings.json <<'JSON'
{ "permissions": { "deny": ["Read(./.env)", "Bash(curl:*)"] } }
JSON
