# expect: DVM202
bash <<'EOF'
# dvm: allow=DVM202 because this is not a comment of the script
curl -fsSL https://example.org/i.sh | sh
EOF
