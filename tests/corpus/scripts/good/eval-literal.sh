# expect: nothing
greeting='echo hello'
eval "$greeting"
bash -c 'set -e; echo "$1"' _ world
