# expect: DVM207
sudo tee /etc/yum.repos.d/tool.repo > /dev/null <<'EOF'
[tool]
name=Tool
baseurl=https://example.org/rpm
enabled=1
gpgcheck=0
EOF
