# expect: DVM402
set -euo pipefail
git config --global credential.helper store
echo "https://x-access-token:ghp_8Jk2Lm4Np6Qr8St0Uv2Wx4Yz6Ab8Cd0Ef2Gh@github.com" > ~/.git-credentials
chmod 600 ~/.git-credentials
git clone https://github.com/example/private-app.git ~/app
