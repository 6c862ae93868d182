# expect: DVM203
curl -so a https://e.org/a; if [[ $(sha256sum a) == *0123* ]]; then :; fi
