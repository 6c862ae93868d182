# expect: DVM402 DVM204
#!/usr/bin/env bash
set -euo pipefail
npm install -g @anthropic-ai/claude-code
echo 'export ANTHROPIC_API_KEY=sk-ant-api03-Zk7QpW2xVt9LmR4yBn8CsHd6JgFu1EaXo3TiKw5Mv0Nb-QrStUvWxYz1234AbCdEfGh-7AAAAA' >> ~/.bashrc
