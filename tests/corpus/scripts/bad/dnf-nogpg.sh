# expect: DVM207
sudo dnf -y install --nogpgcheck tool-1.0
