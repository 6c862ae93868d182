# expect: DVM207
#!/usr/bin/env bash
set -euo pipefail
wget --no-check-certificate https://internal.example/ca.crt -O /usr/local/share/ca-certificates/corp.crt
update-ca-certificates
