# expect: DVM202
curl -fsSL https://example.org/env.sh > "$HOME/.env.sh"
source "$HOME/.env.sh"
