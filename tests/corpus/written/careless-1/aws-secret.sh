# expect: DVM402
set -euo pipefail
mkdir -p ~/.aws
cat >~/.aws/credentials <<E
[default]
aws_access_key_id = AKIAIOSFODNN7EXAMPLQ
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEZ
E
