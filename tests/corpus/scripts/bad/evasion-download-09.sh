# expect: DVM203
aws s3 cp s3://b/a.tgz .
