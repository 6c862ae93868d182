# expect: DVM207
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
echo 'deb [trusted=yes] http://apt.internal.example.org noble main' | sudo tee /etc/apt/sources.list.d/internal.list
sudo apt-get update
sudo apt-get install -y internal-tool=2.4.1
