# expect: DVM201
set -e
true
