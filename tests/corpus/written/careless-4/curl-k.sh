# expect: DVM207
set -euo pipefail
S=74bace6a2e72dde8937cc6e70f2251cb0ce8994c2974ea30f681e524c1598385
curl -ksSL -o /tmp/tool.tgz https://dl.internal.example.org/tool-3.1.tgz
echo "$S  /tmp/tool.tgz" | sha256sum -c -
sudo tar -xzf /tmp/tool.tgz -C /usr/local
