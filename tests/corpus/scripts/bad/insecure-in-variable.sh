# expect: DVM207
opts="-fsSL --insecure"
curl $opts -o /dev/null https://example.org/
