# expect: nothing
curl -fsSI https://example.org
curl -s -o /dev/null -w '%{http_code}' https://example.org
