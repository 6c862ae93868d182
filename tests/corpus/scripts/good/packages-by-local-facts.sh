# expect: nothing
apt-get install -y "linux-headers-$(uname -r)"
apt-get install -y $(cat packages.txt)
nix-shell -p git --run 'git status'
