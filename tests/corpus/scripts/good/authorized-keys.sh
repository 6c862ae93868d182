# expect: nothing
install -d -m 700 ~/.ssh
echo 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFakefakefakefakefakefakefakefakefakefakefake me' >> ~/.ssh/authorized_keys
chmod 600 ~/.ssh/authorized_keys
