# expect: DVM207
#!/usr/bin/env bash
set -euo pipefail
git config --global http.sslVerify false
git clone https://git.corp.example/tools.git ~/tools
git -C ~/tools checkout 4ba7c38a5ef60d5d1afb0b1a9e2fc57c9b641eaa
