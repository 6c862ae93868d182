# expect: DVM205
install -m 600 /mnt/lima-x/.ssh/id_rsa ~/.ssh/
