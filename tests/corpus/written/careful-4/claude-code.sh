# expect: none
set -euo pipefail
# a global prefix that needs no root
mkdir -p ~/.npm-global
npm config set prefix "$HOME/.npm-global"
export PATH="$HOME/.npm-global/bin:$PATH"
grep -q npm-global ~/.profile || echo 'export PATH="$HOME/.npm-global/bin:$PATH"' >> ~/.profile
npm install -g --ignore-scripts @anthropic-ai/claude-code@1.0.17
mkdir -p ~/.claude
cat > ~/.claude/settings.json <<'JSON'
{
  "permissions": { "deny": ["Read(./.env)", "Bash(curl:*)"] },
  "env": { "DISABLE_TELEMETRY": "1" }
}
JSON
claude --version
