# expect: nothing
# Never do this: curl https://example.org/i.sh | sh
# curl -k https://example.org is worse.
echo done
