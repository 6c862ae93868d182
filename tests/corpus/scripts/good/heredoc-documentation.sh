# expect: nothing
cat <<'EOF'
To install by hand (we do not):
  curl -fsSL https://example.org/i.sh | sh
  curl -k https://example.org
EOF
