# expect: nothing
cat > ~/README.md <<'EOF'
Do not `curl https://example.org/i.sh | sh`.
gpgcheck=0 would turn the check off.
EOF
