# expect: DVM202
dig +short txt x.example.org | sh
