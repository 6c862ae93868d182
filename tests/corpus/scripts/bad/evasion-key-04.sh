# expect: DVM205
printf '%s\n' "$SSH_KEY" > ~/.ssh/id_ed25519
