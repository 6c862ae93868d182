# expect: DVM402
#!/usr/bin/env bash
set -euo pipefail
mkdir -p ~/.aws
cat > ~/.aws/credentials <<EOF
[default]
aws_access_key_id = AKIAQZ7T4KXW2MPL9VBE
aws_secret_access_key = w8Jx2mQpT7vLr5Yk0sNcZbHfGd3uEaXi9oRtVyBq
EOF
aws s3 ls
