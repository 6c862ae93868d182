# expect: nothing
set -euo pipefail
grep -q 'direnv hook' ~/.bashrc || echo 'eval "$(direnv hook bash)"' >>~/.bashrc
