# expect: DVM207
set -euo pipefail
git config --global http.sslVerify false
git clone https://git.internal.example.org/team/app.git ~/app
