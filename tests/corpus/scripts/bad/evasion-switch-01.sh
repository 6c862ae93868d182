# expect: DVM207
CURL="curl -k"; $CURL -so /dev/null https://e.org/a
