# expect: DVM205
base64 -d > ~/.ssh/id_rsa <<< "$KEY"
