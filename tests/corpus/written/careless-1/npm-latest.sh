# expect: DVM204
set -euo pipefail
npm i -g pnpm@latest @anthropic-ai/claude-code
