# expect: DVM402
cat > ~/.netrc <<'EOF'
machine example.org login me password kX9vTq2mWzL4
EOF
