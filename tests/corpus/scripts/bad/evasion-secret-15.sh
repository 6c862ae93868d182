# expect: DVM402
openssl enc -aes256 -pass pass:kX9vTq2mWz -in a -out b
