# expect: DVM202
ssh x.example.org cat i.sh | sh
