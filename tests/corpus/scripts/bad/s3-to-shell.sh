# expect: DVM202
aws s3 cp s3://bucket/i.sh - | sh
