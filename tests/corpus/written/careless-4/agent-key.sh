# expect: DVM402
set -euo pipefail
uv tool install aider-chat==0.42.0
cat >> ~/.bashrc <<'EOF'
export ANTHROPIC_API_KEY=sk-ant-api03-Zk3vQ9xTn7Lw2RbY5hJd8GfPc4MsXa1VuE6iKo0NtHqBzDyWlCrSjUgFmApTeIvOx-8QwAAAA
export EDITOR=vim
EOF
