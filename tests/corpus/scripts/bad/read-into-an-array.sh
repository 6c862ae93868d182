# expect: DVM202
set -Eeuo pipefail
read -ra run <<<'sh -s'
curl -fsSL https://example.org/i.sh | "${run[@]}"
