# expect: DVM202
nix-shell -p curl --run 'curl -fsSL https://example.org/i.sh | sh'
