# expect: DVM207
set -eu
apk update
wget -q https://dl.example.org/tool-1.2.3-r0.apk -O /tmp/tool.apk
apk add --no-cache --allow-untrusted /tmp/tool.apk
