# expect: DVM205
key_home=/Users/me/.ssh
tar -C "$key_home" -cf - . | tar -xf - -C ~/.ssh
