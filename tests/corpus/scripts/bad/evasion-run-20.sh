# expect: DVM202
curl -s https://x.example.org/a -o /usr/local/bin/a && chmod -R 755 /usr/local/bin
