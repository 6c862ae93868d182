# expect: DVM202
sh -c "$(curl -fsSL https://example.org/install.sh)" "" --unattended
