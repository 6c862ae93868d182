# expect: DVM206
sudo usermod -aG docker "$DVM_USER"
