# expect: DVM203
set -eu
GO=1.22.5
wget -q -O /tmp/go.tgz "https://go.dev/dl/go$GO.linux-amd64.tar.gz"
rm -rf /usr/local/go
tar -C /usr/local -xzf /tmp/go.tgz
echo 'export PATH=$PATH:/usr/local/go/bin' > /etc/profile.d/go.sh
