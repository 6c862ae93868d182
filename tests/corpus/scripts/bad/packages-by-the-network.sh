# expect: DVM202
apt-get install -y $(curl -fsSL https://example.org/i.sh)
