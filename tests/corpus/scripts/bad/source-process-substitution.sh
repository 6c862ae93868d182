# expect: DVM202
source <(curl -fsSL https://example.org/env.sh)
