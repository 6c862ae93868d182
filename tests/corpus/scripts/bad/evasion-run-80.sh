# expect: DVM202
curl -fsSLo i.sh https://x.example.org/i.sh
sum=$(curl -fsSL https://x.example.org/i.sh.sha256)
[ "$(sha256sum i.sh | cut -d' ' -f1)" = "$sum" ]
bash i.sh
