# expect: DVM207
set -euo pipefail
git config --global http.sslVerify false
npm config set strict-ssl false
pip config set global.trusted-host "packages.example files.packages.example"
echo 'Acquire::https::Verify-Peer "false";' | sudo tee /etc/apt/apt.conf.d/99-no-verify
