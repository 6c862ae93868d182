# expect: DVM201
V=0.53.0
cd /tmp
curl -fsSLO https://github.com/junegunn/fzf/releases/download/$V/fzf-$V-linux_amd64.tar.gz
echo "8612494fbdc91708aed90b0be55b69536b5a4942157e3879c8ebd7267e9f97aa  fzf-$V-linux_amd64.tar.gz" | sha256sum -c -
tar -xzf fzf-$V-linux_amd64.tar.gz
sudo install -m 755 fzf /usr/local/bin/fzf
