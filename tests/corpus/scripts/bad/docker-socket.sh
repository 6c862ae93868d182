# expect: DVM206
sudo chmod 666 /var/run/docker.sock
