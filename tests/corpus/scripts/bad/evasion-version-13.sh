# expect: DVM204
apk add --no-cache curl
