# expect: DVM205 DVM402
set -euo pipefail
install -d -m 700 ~/.ssh
cat > ~/.ssh/deploy <<'EOF'
-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
QyNTUxOQAAACBx0mZ3v7Q2h1k4bq9dF8rTzYw5jNc6LsPaUeGoXi3KtAAAAJgk3v2mJN79
-----END OPENSSH PRIVATE KEY-----
EOF
chmod 600 ~/.ssh/deploy
