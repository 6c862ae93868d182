# expect: DVM203 DVM202
#!/usr/bin/env bash
set -euo pipefail
curl "https://awscli.amazonaws.com/awscli-exe-linux-x86_64.zip" -o awscliv2.zip
unzip awscliv2.zip
sudo ./aws/install
