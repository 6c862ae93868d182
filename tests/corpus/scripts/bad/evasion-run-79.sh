# expect: DVM202
curl -fsSLo i.sh https://x.example.org/i.sh
echo "$(sha256sum i.sh | cut -d' ' -f1)  i.sh" | sha256sum -c
bash i.sh
