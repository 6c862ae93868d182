# expect: DVM201
set -e
mkdir -p ~/x
