# expect: DVM205
install -d -m 700 ~/.ssh
cp /mnt/lima-host/.ssh/id_ed25519 ~/.ssh/
