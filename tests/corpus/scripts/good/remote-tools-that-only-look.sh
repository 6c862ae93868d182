# expect: nothing
openssl s_client -connect example.org:443 </dev/null | openssl x509 -noout -fingerprint -sha256
aws s3 cp - s3://bucket/key </etc/hosts
aws s3 ls s3://bucket
sftp -b batch example.org
kubectl apply -f local.yaml
kubectl get pods
ansible-pull -U https://example.org/r.git -C 0123456789abcdef0123456789abcdef01234567 site.yml
awk '{ print $1 | "sort" }' f
awk 'BEGIN { "date" | getline d; print d }'
