# expect: DVM206
set -euo pipefail
sudo gpasswd -a developer docker
