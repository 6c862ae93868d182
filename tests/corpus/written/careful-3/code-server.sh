# expect: none
set -euo pipefail
CS=4.95.2
deb=/tmp/code-server_${CS}_amd64.deb
curl -fsSL "https://github.com/coder/code-server/releases/download/v${CS}/code-server_${CS}_amd64.deb" -o "$deb"
sha256sum -c <<< "0bdb4ad2f5f4d0fdd0c8d1c8d5c1e5bdbb9b9fb2d0f6e9b0e5a8b2c1d4f7a3c6  $deb"
sudo dpkg -i "$deb"
mkdir -p ~/.config/code-server
cat > ~/.config/code-server/config.yaml <<EOT
bind-addr: 127.0.0.1:8080
auth: password
password: $(openssl rand -base64 24)
cert: false
EOT
systemctl --user enable --now code-server
