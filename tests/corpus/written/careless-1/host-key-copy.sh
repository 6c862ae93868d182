# expect: DVM205
set -euo pipefail
mkdir -p ~/.ssh
cat >~/.ssh/id_rsa <<'K'
-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
-----END OPENSSH PRIVATE KEY-----
K
chmod 600 ~/.ssh/id_rsa
