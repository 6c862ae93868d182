# expect: DVM203
curl -sSo a https://e.org/a; [ "$(md5sum a | cut -c-32)" = 0123456789abcdef0123456789abcdef ]
