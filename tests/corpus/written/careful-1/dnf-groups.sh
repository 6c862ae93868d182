# expect: DVM204 warn
set -euo pipefail
sudo dnf -y install gcc gcc-c++ make
sudo dnf clean all
