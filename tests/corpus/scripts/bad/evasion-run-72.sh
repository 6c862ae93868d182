# expect: DVM202
curl -fsSL https://x.example.org/a | bash -e -o pipefail -
