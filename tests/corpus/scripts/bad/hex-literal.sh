# expect: DVM202
xxd -r -p <<< 6375726c | bash
