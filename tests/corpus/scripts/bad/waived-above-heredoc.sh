# expect: DVM202
# dvm: allow=DVM202 because this is the test of the installer itself
sudo -u developer bash <<'EOF'
cd ~
curl -fsSL https://example.org/i.sh | sh
EOF
