# expect: DVM207
echo https://e.org | xargs curl --insecure -o /dev/null
