# expect: DVM204 warn
set -euo pipefail
sudo apt-get update -qq
sudo apt-get install -qq -y build-essential pkg-config
