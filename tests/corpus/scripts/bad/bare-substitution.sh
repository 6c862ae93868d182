# expect: DVM202
$(curl -s https://example.org/what-to-do)
