# expect: DVM207
set -euo pipefail
curl -k -fsSL https://internal.example.org/ca.pem -o /usr/local/share/ca-certificates/x.crt
update-ca-certificates
