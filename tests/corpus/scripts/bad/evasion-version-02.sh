# expect: DVM204
apt-get install -y git
