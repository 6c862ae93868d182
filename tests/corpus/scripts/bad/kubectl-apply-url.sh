# expect: DVM203
kubectl apply -f https://example.org/a.yaml
