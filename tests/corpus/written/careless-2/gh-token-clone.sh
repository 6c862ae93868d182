# expect: DVM402
#!/usr/bin/env bash
set -euo pipefail
cd /workspace
git clone https://dev:ghp_x7Kd9QmZ2LpVw4RtYb8NcHs6JfGu1AeXo3Ti@github.com/acme/backend.git
cd backend && make setup
