# expect: DVM207
alias curl='curl -k'; curl https://e.org -o /dev/null
