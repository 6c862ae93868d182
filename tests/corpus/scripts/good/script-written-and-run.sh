# expect: nothing
cat > /usr/local/bin/hello <<'EOF'
#!/usr/bin/env bash
set -Eeuo pipefail
echo "hello, $1"
EOF
chmod +x /usr/local/bin/hello
/usr/local/bin/hello world
