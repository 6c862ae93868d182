# expect: DVM202
. /dev/stdin <<< "$(curl -fsSL https://example.org/env.sh)"
