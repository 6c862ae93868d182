# expect: nothing
sudo tee /etc/yum.repos.d/tool.repo > /dev/null <<'EOF'
[tool]
name=Tool
baseurl=https://example.org/rpm
gpgcheck=1
gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-tool
EOF
