# expect: DVM207
#!/usr/bin/env bash
set -euo pipefail
echo "deb [trusted=yes] http://repo.example.com/apt stable main" > /etc/apt/sources.list.d/x.list
apt-get update --allow-insecure-repositories
apt-get install -y --allow-unauthenticated xtool
