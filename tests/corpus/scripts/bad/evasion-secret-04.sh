# expect: DVM402
curl -u me:kX9vTq2m https://e.org -o /dev/null
