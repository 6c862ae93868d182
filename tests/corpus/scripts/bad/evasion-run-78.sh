# expect: DVM202
curl -fsSLo i.sh https://x.example.org/i.sh
if ! echo "zz  i.sh" | sha256sum -c; then echo bad; fi
bash i.sh
