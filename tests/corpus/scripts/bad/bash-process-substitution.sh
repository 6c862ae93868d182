# expect: DVM202
bash <(curl -fsSL https://example.org/install.sh) --prefix /opt
