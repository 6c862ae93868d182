# expect: nothing
set -euo pipefail
git config --global init.defaultBranch main
git config --global pull.ff only
git config --global user.name "${GIT_NAME:-dev}"
