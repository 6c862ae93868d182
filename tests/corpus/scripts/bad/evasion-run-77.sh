# expect: DVM202
curl -fsSLo i.sh https://x.example.org/i.sh
sha256sum i.sh
bash i.sh
