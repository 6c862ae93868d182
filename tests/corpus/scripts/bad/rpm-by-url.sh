# expect: DVM202
sudo dnf install -y https://example.org/release-40.noarch.rpm
