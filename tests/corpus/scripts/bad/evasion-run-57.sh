# expect: DVM202
wget https://x.example.org/install.sh && sudo sh install.sh
