# expect: nothing
cat > sums.txt <<'EOF'
0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef  a.bin
fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210  b.bin
EOF
for f in a.bin b.bin; do
  curl -fsSLO "https://example.org/$f"
done
sha256sum -c sums.txt
chmod +x a.bin b.bin
