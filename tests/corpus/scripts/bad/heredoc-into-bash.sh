# expect: DVM202
sudo -u developer bash <<'EOF'
cd ~
curl -fsSL https://example.org/i.sh | sh
EOF
