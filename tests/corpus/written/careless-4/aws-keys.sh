# expect: DVM402
set -euo pipefail
mkdir -p -m 700 ~/.aws
cat > ~/.aws/credentials <<'EOF'
[default]
aws_access_key_id = AKIAZ7QK4T2MVPX9RB3L
aws_secret_access_key = k9Jf2LmQ8xWv4ZtRb7NcYh1PdGs6UaEo3TiKqXyM
EOF
chmod 600 ~/.aws/credentials
