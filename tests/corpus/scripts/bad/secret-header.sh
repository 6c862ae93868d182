# expect: DVM402
curl -s -H "Authorization: Bearer kX9vTq2mWzL4pR7sN1bC" https://example.org/api | jq .
