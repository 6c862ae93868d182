# expect: DVM203
sudo rpm --import https://e.org/k
