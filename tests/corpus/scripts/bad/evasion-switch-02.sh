# expect: DVM207
o=(--insecure); curl "${o[@]}" https://e.org/a -o /dev/null
