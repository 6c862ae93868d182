# expect: nothing
curl -fsS -H k -o /dev/null https://example.org
curl -fsS -o k https://localhost/k
