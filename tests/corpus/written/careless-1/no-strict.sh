# expect: DVM201
echo hello
apt-get update
