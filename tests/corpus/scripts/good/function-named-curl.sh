# expect: nothing
curl() { echo "no network here: $*"; }
curl https://example.org/i.sh
