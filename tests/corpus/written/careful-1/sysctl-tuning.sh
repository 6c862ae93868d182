# expect: nothing
set -euo pipefail
printf 'fs.inotify.max_user_watches=524288\nvm.max_map_count=262144\n' | sudo tee /etc/sysctl.d/90-dev.conf >/dev/null
sudo sysctl --system >/dev/null
