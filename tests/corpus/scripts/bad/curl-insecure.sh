# expect: DVM207 DVM203
curl -fsSkL -o a.tar.gz https://example.org/a.tar.gz
