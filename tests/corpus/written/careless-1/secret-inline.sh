# expect: DVM402
set -euo pipefail
export GITHUB_TOKEN=ghp_abcdefghijklmnopqrstuvwxyz0123456789
gh auth status
