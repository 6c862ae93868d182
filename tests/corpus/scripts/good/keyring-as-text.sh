# expect: nothing
sudo gpg --dearmor -o /etc/apt/keyrings/tool.gpg <<'EOF'
-----BEGIN PGP PUBLIC KEY BLOCK-----

mDMEZfakexYJKwYBBAHaRw8BAQdAfakefakefakefakefakefakefakefakefake
-----END PGP PUBLIC KEY BLOCK-----
EOF
