# expect: DVM202
curl -fsSL https://get.example.org/install.sh | sh
