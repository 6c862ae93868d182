# expect: DVM202
ruby -ropen-uri -e 'eval URI.open("https://x.example.org/a").read'
