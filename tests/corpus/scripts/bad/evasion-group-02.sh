# expect: DVM206
sudo bash -c 'gpasswd -a dev docker'
