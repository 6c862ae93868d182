# expect: nothing
ssh-keygen -t ed25519 -N '' -C "dvm $DVM_VM" -f ~/.ssh/id_ed25519
chmod 600 ~/.ssh/id_ed25519
cat ~/.ssh/id_ed25519.pub
cp ~/.ssh/id_ed25519.pub /tmp/
