# expect: DVM205
k=id_ed25519; cat "/Users/me/.ssh/$k" > ~/.ssh/$k
